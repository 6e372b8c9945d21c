import { beforeAll, describe, expect, test } from 'vitest'
import { type ScenarioServer, startScenarioServer } from './scenario-server.ts'
import { type ScenarioResults, type Sight, scenarios } from './scenarios.ts'

export interface Runtime {
  readonly name: string
  /** What it calls itself. */
  readonly agent: RegExp
  readonly sight: Sight
  /** True where it has none of Node's globals. */
  readonly isBare?: boolean
  readonly isMissing?: boolean
  /** Runs the scenarios there. */
  readonly run: (server: ScenarioServer) => Promise<ScenarioResults>
  readonly pages?: () => Parameters<typeof startScenarioServer>[0]
}

/** Runs the scenarios in a runtime, against a server of their own, and judges each. */
export function scenarioSuite(runtime: Runtime): void {
  describe.skipIf(runtime.isMissing)(runtime.name, () => {
    let ran: ScenarioResults
    beforeAll(async () => {
      const server = await startScenarioServer(runtime.pages?.())
      ran = await runtime.run(server).finally(server.close)
    })

    test('it is the runtime it should be', () => {
      expect(ran.agent).toMatch(runtime.agent)
      if (runtime.isBare) expect(ran.nodeGlobals).toEqual([])
    })

    test.each(Object.entries(scenarios))('%s', (name, { expected }) => {
      expect(ran.results[name]).toEqual(expected(runtime.sight))
    })
  })
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contract, LogEvent } from 'culpa'
import type { Trigger, TriggerStep } from 'culpa/reference'
import { startSandbox } from '../../examples/sandbox/sandbox.ts'
import { peppers } from '../../examples/sandbox/test-keys.ts'
import type { SystemName } from './documented.ts'
import { portsOf } from './leaks.ts'

export type DescribedStep = TriggerStep

export interface DescribedTrigger extends Trigger {
  readonly status: number
}

/** A system as `/sandbox.json` describes it. */
export interface DescribedSystem {
  readonly name: SystemName
  readonly base: string
  readonly format: string
  readonly statuses: readonly number[]
  readonly keys: Readonly<Record<string, string>>
  readonly operations: readonly { readonly operation: string; readonly codes: readonly string[] }[]
  readonly triggers: readonly DescribedTrigger[]
}

export interface LiveSandbox {
  readonly url: string
  readonly port: number
  /** As `/sandbox.json` tells. */
  readonly systems: readonly DescribedSystem[]
  readonly system: (name: SystemName) => DescribedSystem
  readonly contract: (name: SystemName) => Contract
  readonly events: LogEvent[]
  readonly databaseFile: string
  /** What no answer may ever hold: the pepper, the processor's address. */
  readonly secrets: readonly string[]
  readonly close: () => Promise<void>
}

/** Starts a sandbox on a free port, with an empty database of its own. */
export async function openSandbox(): Promise<LiveSandbox> {
  const folder = mkdtempSync(join(tmpdir(), 'culpa-sandbox-'))
  const events: LogEvent[] = []
  const databaseFile = join(folder, 'sandbox.db')
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  const options = { port: 0, host: '127.0.0.1', databaseFile, fresh: true, processes: 1 }
  const sandbox = await startSandbox(options, (event) => {
    events.push(event)
  }).catch((error: unknown) => {
    removeFolder()
    throw error
  })
  const { systems } = (await (await fetch(`${sandbox.url}/sandbox.json`)).json()) as { systems: DescribedSystem[] }
  const processorPorts = portsOf(sandbox.processorPid() ?? 0)
  return {
    url: sandbox.url,
    port: Number(new URL(sandbox.url).port),
    systems,
    system: (name) => named(systems, name),
    contract: (name) => named(sandbox.systems, name).api.contract,
    events,
    databaseFile,
    secrets: [...Object.values(peppers), ...processorPorts.map((port) => `:${port}`), folder],
    close: async () => {
      await sandbox.close()
      removeFolder()
    },
  }
}

function named<Item extends { readonly name: string }>(items: readonly Item[], name: SystemName): Item {
  const found = items.find((one) => one.name === name)
  if (found === undefined) throw new Error(`the sandbox has no system ${name}`)
  return found
}

/** What was logged although the contract declares no such failure. */
export function undeclaredFailures({ events }: Pick<LiveSandbox, 'events'>): readonly string[] {
  return events
    .filter(({ declared, source }) => declared === false || source === 'process')
    .map(({ method, path, source, cause }) => `${source} ${method} ${path}: ${cause}`)
}

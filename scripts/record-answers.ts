// `npm run record`: what the sandbox answers to the first trigger of each code, for the examples of its references.
import { writeFileSync } from 'node:fs'
import type { RecordedAnswer } from 'culpa/reference'
import { answersFile } from '../examples/sandbox/recorded-answers.ts'
import { siteTriggers } from '../examples/sandbox/site-triggers.ts'
import { type DescribedTrigger, openSandbox } from '../test/support/live-sandbox.ts'
import { recordedTriggers, toRecorded } from '../test/support/recorded.ts'
import { provoke } from '../test/support/run-steps.ts'

type Entry<Value> = readonly [name: string, value: Value]

const sandbox = await openSandbox()
try {
  const systems = await Promise.all([
    ...sandbox.systems.map(({ name, triggers }) => record(name, triggers)),
    record('sandbox', siteTriggers),
  ])
  writeFileSync(answersFile, textOf(systems))
  console.log(`${systems.flatMap(([, answers]) => answers).length} answers recorded`)
} finally {
  await sandbox.close()
}

/** One after the other: one of them turns the whole system off. */
async function record(
  name: string,
  triggers: readonly DescribedTrigger[],
): Promise<Entry<readonly Entry<RecordedAnswer>[]>> {
  const answers: Entry<RecordedAnswer>[] = []
  for (const trigger of recordedTriggers(triggers)) {
    const { answer } = await provoke(sandbox.port, trigger)
    answers.push([trigger.code, toRecorded(answer, sandbox.port)])
  }
  return [name, answers.sort(byName)]
}

/** Each answer on a line of its own, so that a change of one shows as one. */
function textOf(systems: readonly Entry<readonly Entry<RecordedAnswer>[]>[]): string {
  const line = ([code, answer]: Entry<RecordedAnswer>) => `    ${JSON.stringify(code)}: ${JSON.stringify(answer)}`
  const parts = [...systems]
    .sort(byName)
    .map(([name, answers]) => `  ${JSON.stringify(name)}: {\n${answers.map(line).join(',\n')}\n  }`)
  return `{\n${parts.join(',\n')}\n}\n`
}

function byName([a]: Entry<unknown>, [b]: Entry<unknown>): number {
  return a < b ? -1 : 1
}

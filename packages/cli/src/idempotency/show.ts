import type { IdempotencyListing } from 'culpa'
import type { Command, CommandInput } from '../command.ts'
import { oneLine, printJson, printLine } from '../terminal.ts'
import { findRecord } from './find-record.ts'
import { type Records, recordOptions, withRecords } from './open-records.ts'
import { ageOf, attemptOf, recordFacts } from './record-facts.ts'

/** Shows one record of an idempotency key. */
export const idempotencyShow: Command = {
  name: 'idempotency show',
  summary: 'shows the record of one attempt, with what its steps have recorded',
  description: `Shows the record of one attempt: whose request it was, its state, and what its steps have recorded. That is
what the foreign systems answered, as the handler kept it, or the answer that retries get.`,
  positionals: ['ATTEMPT'],
  options: recordOptions,
  examples: ['culpa idempotency show 17 --store api.db', 'culpa idempotency show 17 --store api.db --json'],
  run(input) {
    const attempt = attemptOf(input.positionals[0])
    return withRecords(input, async (records) => print(input, records, await findRecord(records, attempt)))
  },
}

async function print(input: CommandInput, records: Records, record: IdempotencyListing): Promise<number> {
  const { steps: names, ...facts } = recordFacts(record)
  const steps = await Promise.all(
    names.map(async (name) => ({ name, result: resultOf(await records.findStep(record.scope, name)) })),
  )
  const answer = await answerOf(records, record)
  if (input.flag('json')) return printJson({ ...facts, steps, ...(answer !== undefined && { answer }) })
  const lines = [
    ...Object.entries({ ...facts, age: ageOf(record, Date.now()) }),
    ...steps.map(({ name, result }) => [`step ${name}`, JSON.stringify(result)] as const),
    ...(answer === undefined ? [] : [['answer', `${answer.status} ${answer.body}`] as const]),
  ]
  return printLine(
    lines.map(([name, value]) => `${`${oneLine(name)}:`.padEnd(13)} ${oneLine(String(value))}`).join('\n'),
  )
}

/** The answer that retries get. */
async function answerOf(records: Records, { scope, attempt }: IdempotencyListing) {
  const found = await records.find(scope)
  if (found?.state !== 'finished' || found.attempt !== attempt) return undefined
  const { status, headers, body } = found.reply
  return { status, headers, body: new TextDecoder().decode(body) }
}

function resultOf(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) return null
  const text = new TextDecoder().decode(bytes)
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

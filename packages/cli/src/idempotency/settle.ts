import type { IdempotencyListing } from 'culpa'
import type { Command, CommandInput } from '../command.ts'
import { printJson, printLine } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'
import { findRecord } from './find-record.ts'
import { recordOptions, withRecords } from './open-records.ts'
import { attemptOf, recordFacts } from './record-facts.ts'
import { replyOf, replyOptions } from './settled-reply.ts'

/** Settles a request whose outcome is unknown. */
export const idempotencySettle: Command = {
  name: 'idempotency settle',
  summary: 'says what became of a request whose outcome is unknown',
  description: `Says what became of a request whose outcome is unknown, once you have found out at the foreign
system: --done with the answer that its retries get, or --no-effect, and the next retry runs. Settles only an
attempt that is still unknown: not one that is running, was settled by somebody else, or by the operation's
own reconcile.`,
  positionals: ['ATTEMPT'],
  options: {
    ...recordOptions,
    done: { type: 'boolean', help: 'it has taken effect: retries get the answer given here' },
    'no-effect': { type: 'boolean', help: 'nothing has happened: the next retry runs' },
    ...replyOptions,
  },
  examples: [
    'culpa idempotency settle 17 --store api.db --no-effect',
    `culpa idempotency settle 17 --store postgres://localhost/api --done --status 201 --body '{"id":"ch_1"}'`,
  ],
  run(input) {
    const attempt = attemptOf(input.positionals[0])
    if (input.flag('done') === input.flag('no-effect')) {
      throw new UsageError('say what became of it. Remedy: --done or --no-effect, one of them.')
    }
    const reply = replyOf(input)
    return withRecords(input, async (records) => {
      const record = await findRecord(records, attempt)
      if (record.state !== 'unknown') throw notUnknown(record)
      // Between the look and this somebody else may have settled it: the store itself refuses then.
      const isSettled = await records.settle(record.scope, attempt, reply)
      if (!isSettled) throw notUnknown(await findRecord(records, attempt))
      return report(input, record)
    })
  },
}

function report(input: CommandInput, record: IdempotencyListing): number {
  const outcome = input.flag('done') ? 'done' : 'no_effect'
  if (input.flag('json')) return printJson({ ...recordFacts(record), state: 'settled', outcome })
  const next = outcome === 'done' ? 'its retries get this answer' : 'the next retry runs'
  return printLine(`Attempt ${record.attempt} is settled: ${next}.`)
}

function notUnknown({ attempt, state }: IdempotencyListing): Error {
  return new Error(
    `attempt ${attempt} is ${state}, not unknown; nothing was changed. Remedy: culpa idempotency show ${attempt}.`,
  )
}

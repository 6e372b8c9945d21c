import type { IdempotencyListing } from 'culpa'
import type { Command, CommandInput } from '../command.ts'
import { tableOf } from '../table.ts'
import { oneLine, printJson, printLine } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'
import { everyState } from './find-record.ts'
import { recordOptions, withRecords } from './open-records.ts'
import { ageOf, recordFacts } from './record-facts.ts'

const defaultLimit = 100
const maxLimit = 10_000

/** Lists records of idempotency keys. */
export const idempotencyList: Command = {
  name: 'idempotency list',
  summary: 'lists requests whose outcome is unknown, or other records of idempotency keys',
  description: `Lists the requests whose outcome is unknown: their process died, or their handler failed, while a foreign
system may have done its part. Each refuses its retries until it is settled.`,
  positionals: [],
  options: {
    ...recordOptions,
    state: {
      type: 'string',
      value: 'STATE',
      help: `${everyState.join(', ')} or all; may be given several times; default: unknown`,
      multiple: true,
    },
    limit: { type: 'string', value: 'N', help: `at most so many; default: ${defaultLimit}` },
    after: { type: 'string', value: 'ATTEMPT', help: 'those with a higher number: where a list goes on' },
  },
  examples: [
    'culpa idempotency list --store postgres://localhost/api',
    'culpa idempotency list --store api.db --state running --state unknown --json',
  ],
  run: (input) =>
    withRecords(input, async (records) => {
      const limit = numberOf(input, 'limit', maxLimit) ?? defaultLimit
      const after = numberOf(input, 'after', Number.MAX_SAFE_INTEGER) ?? 0
      const states = statesOf(input)
      const found = await records.list({ states, limit: limit + 1, after })
      const shown = found.slice(0, limit)
      if (input.flag('json')) return printJson({ records: shown.map(recordFacts), has_more: found.length > limit })
      return print(shown, states, found.length > limit)
    }),
}

function print(shown: readonly IdempotencyListing[], states: readonly string[], hasMore: boolean): number {
  if (shown.length === 0) return printLine(`No record is ${states.join(' or ')}.`)
  const now = Date.now()
  const rows = shown.map((record) => {
    const { attempt, state, tenant, environment, operation, key, steps } = recordFacts(record)
    const texts = [tenant, environment, operation, key, steps.join(',') || '-'].map(oneLine)
    return [String(attempt), state, ageOf(record, now), ...texts]
  })
  printLine(tableOf(['ATTEMPT', 'STATE', 'AGE', 'TENANT', 'ENVIRONMENT', 'OPERATION', 'KEY', 'STEPS'], rows))
  return hasMore ? printLine(`More: --after ${shown.at(-1)?.attempt}`) : 0
}

function statesOf(input: CommandInput): readonly IdempotencyListing['state'][] {
  const given = input.texts('state')
  if (given.length === 0) return ['unknown']
  if (given.includes('all')) return everyState
  const wrong = given.find((text) => !everyState.some((state) => state === text))
  if (wrong === undefined) return everyState.filter((state) => given.includes(state))
  throw new UsageError(`--state: ${JSON.stringify(wrong)} is no state. Remedy: ${everyState.join(', ')} or all.`)
}

function numberOf(input: CommandInput, option: string, max: number): number | undefined {
  const text = input.text(option)
  if (text === undefined) return undefined
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= max) return Number(text)
  throw new UsageError(`--${option}: ${JSON.stringify(text)} is no number from 1 to ${max}. Remedy: such as 100.`)
}

import { inspect } from 'node:util'
import { type ApiClientError, ApiResponseError, type ContractFacts, contractFacts } from 'culpa/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isUnsendable, type Raised, raise, raiseAgain } from '../support/client-steps.ts'
import { documentedSystems, type SystemName } from '../support/documented.ts'
import { type DescribedSystem, type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'
import { exceptions, raisedClasses } from '../support/raised-classes.ts'
import { inParallel } from '../support/run-steps.ts'
import { toldBy } from '../support/told.ts'

const raised = new Map<SystemName, readonly Raised[]>()
let sandbox: LiveSandbox

beforeAll(async () => {
  sandbox = await openSandbox()
  await Promise.all(sandbox.systems.map(async (system) => raised.set(system.name, await raiseAll(system))))
}, 120_000)

afterAll(() => sandbox?.close())

/** All triggers of a system; those that turn the whole system off, alone. */
async function raiseAll(system: DescribedSystem): Promise<readonly Raised[]> {
  const triggers = system.triggers.filter(({ steps }) => steps !== undefined)
  const alone = triggers.filter(({ code }) => code === 'maintenance')
  const together = triggers.filter(({ code }) => code !== 'maintenance')
  const tasks = (list: typeof triggers) => list.map((trigger) => () => raise(sandbox, system, trigger))
  return [...(await inParallel(tasks(alone), 1)), ...(await inParallel(tasks(together), 4))]
}

/** Codes after which nobody knows what the server did: their triggers all send a POST. */
const unknownOutcomes = [
  'idempotency_in_progress',
  'idempotency_outcome_unknown',
  'idempotency_response_expired',
  'internal_error',
  'upstream_invalid',
  'upstream_timeout',
]

test('only what no HTTP client sends comes to the client over a socket', () => {
  const codes = sandbox.systems.flatMap(({ triggers }) =>
    triggers.filter(({ steps = [] }) => steps.some(isUnsendable)).map(({ code }) => code),
  )
  expect([...new Set(codes)].sort()).toEqual(['expectation_failed', 'request_malformed', 'request_timeout'])
})

describe.each(documentedSystems)('$name', (system) => {
  const { name } = system
  const all = () => raised.get(name) ?? []
  const label = ({ trigger }: Raised) => `${trigger.code} (${trigger.cause ?? ''})`
  const each = <Value>(of: (one: Raised) => Value) => Object.fromEntries(all().map((one) => [label(one), of(one)]))

  test('every code raises the exception that stands for it', () => {
    const classes = raisedClasses(name)
    expect(new Set(all().map(({ trigger }) => trigger.code))).toEqual(new Set(classes.keys()))
    expect(each(({ error }) => error?.name)).toEqual(each(({ trigger }) => classes.get(trigger.code)))
    for (const one of all()) {
      expect(one.error, label(one)).toBeInstanceOf(exceptions[classes.get(one.trigger.code)!])
      expect(one.error, label(one)).toBeInstanceOf(ApiResponseError)
    }
  })

  test('each exception has the code and the status of its trigger, and all else that the answer tells', () => {
    expect(each(({ error }) => error?.code)).toEqual(each(({ trigger }) => trigger.code))
    expect(each(({ error }) => error?.status)).toEqual(each(({ trigger }) => trigger.status))
    for (const one of all()) expect(one.error, label(one)).toMatchObject(toldBy(system, one.answer))
  })

  test('what the answer does not tell, the exception does not have', () => {
    const optional = ['param', 'details', 'retryAfterMs', 'rawCode'] as const
    const present = (value: object | undefined) => optional.filter((key) => Object.hasOwn(value ?? {}, key))
    expect(each(({ error }) => present(error))).toEqual(each(({ answer }) => present(toldBy(system, answer))))
  })

  test('each exception says how it was read, and what became of the request', () => {
    expect(each(({ error }) => error?.format)).toEqual(each(() => system.format))
    expect(each(({ error }) => error?.outcome)).toEqual(
      each(({ trigger }) => (unknownOutcomes.includes(trigger.code) ? 'unknown' : 'rejected')),
    )
  })

  test('a client that does not know the format reads the same', async () => {
    for (const one of all()) {
      const error = await raiseAgain(one, { format: 'auto' })
      expect(written(error), label(one)).toEqual(written(one.error))
    }
  })

  test('a client that has the contract, or its facts as JSON, reads the same', async () => {
    const contract = sandbox.contract(name)
    const facts = JSON.parse(JSON.stringify(contractFacts(contract))) as ContractFacts
    for (const known of [contract, facts]) {
      for (const one of all()) {
        const error = await raiseAgain(one, { contract: known })
        expect(written(error), label(one)).toEqual(written(one.error))
      }
    }
  })

  test('to a client with an older contract a code is unknown, and all else the same', async () => {
    const older = { ...contractFacts(sandbox.contract(name)), codes: {} }
    for (const one of all()) {
      const error = await raiseAgain(one, { contract: older })
      expect(written(error), label(one)).toEqual({
        ...written(one.error),
        code: 'unknown',
        rawCode: one.trigger.code,
      })
    }
  })

  test('no exception shows a key, however it is printed', () => {
    const { keys } = sandbox.system(name)
    for (const one of all()) {
      const printed = [inspect(one.error, { depth: 9, showHidden: true }), JSON.stringify(one.error), String(one.error)]
      for (const key of Object.values(keys)) expect(printed.join('\n'), label(one)).not.toContain(key)
    }
  })
})

/** All of an error but its attempts, which took their own time. */
function written(error: ApiClientError | undefined): object {
  const { attempts: _attempts, ...rest } = error?.toJSON() ?? {}
  return rest
}

import { expect, test } from 'vitest'
import { ContractError } from './contract/contract-error.ts'
import { defineContract } from './contract/define-contract.ts'
import { type ApiOptions, createApi } from './create-api.ts'
import { idempotency } from './guards/idempotency.ts'
import { maintenance } from './guards/maintenance.ts'
import { type LimitDefinition, rateLimits } from './guards/rate-limits.ts'
import { testKeys } from './guards/testing.suite.ts'
import type { Operation } from './server/operation.ts'
import { operationsFor } from './server/operations-for.ts'
import { memoryIdempotency, memoryLimits } from './stores/memory.ts'

const contract = defineContract({ docs: '/errors' })
const operation = operationsFor(contract)
const handler = () => undefined
const limits = (definitions: Record<string, LimitDefinition>) => rateLimits(memoryLimits(), definitions)
const keys = testKeys().guard

type Options = Partial<ApiOptions<readonly Operation[]>>

const contradictions: readonly [name: string, options: () => Options, place: string, remedy: string][] = [
  [
    'the same route twice',
    () => ({ operations: [operation('GET /a', { handler }), operation('GET /a', { handler })] }),
    'operation "GET /a": declared twice',
    'remove one',
  ],
  [
    'scopes without keys',
    () => ({ operations: [operation('GET /a', { scopes: ['a:read'], handler })] }),
    'operation "GET /a": scopes',
    'add guards.keys',
  ],
  [
    'a limit without limits',
    () => ({ operations: [operation('GET /a', { limit: 'reads', handler })] }),
    'operation "GET /a": limit',
    'add guards.limits',
  ],
  [
    'a limit nobody defined',
    () => ({
      operations: [operation('GET /a', { limit: 'raeds', handler })],
      guards: { limits: limits({ reads: '1/s' }) },
    }),
    'operation "GET /a": limit: no limit is called "raeds"',
    'one of reads',
  ],
  [
    'a cost above the burst',
    () => ({
      operations: [operation('GET /a', { limit: 'reads', cost: 6, handler })],
      guards: { limits: limits({ reads: '10/s burst 5' }) },
    }),
    'operation "GET /a": cost: 6 is more than the burst of reads',
    'raise the burst',
  ],
  [
    'idempotency without a store',
    () => ({ operations: [operation('POST /a', { idempotency: 'required', handler })], guards: { keys } }),
    'operation "POST /a": idempotency',
    'add guards.idempotency',
  ],
  [
    'idempotency on an open operation',
    () => ({
      operations: [operation('POST /a', { idempotency: 'optional', open: true, handler })],
      guards: { keys, idempotency: idempotency(memoryIdempotency()) },
    }),
    'operation "POST /a": idempotency: nobody is known to own the key',
    'do not open the operation',
  ],
  [
    'transactions on a store that has none',
    () => ({
      operations: [operation('POST /a', { idempotency: 'required', mode: 'transactional', handler })],
      guards: { keys, idempotency: idempotency(memoryIdempotency()) },
    }),
    'operation "POST /a": mode: transactional',
    "mode: 'lease'",
  ],
  [
    'a guard in the place of another',
    () => ({ operations: [], guards: { limits: keys } }),
    'guards.limits: this is the guard keys',
    'under its own name',
  ],
  [
    'a guard under a name nobody knows',
    () => ({ operations: [], guards: { limit: maintenance() } as never }),
    'guards.limit: there is no guard of this name',
    'one of maintenance',
  ],
  ['a deadline of nothing', () => ({ operations: [], timeoutMs: 0 }), 'timeoutMs: not a positive whole number', '1000'],
  [
    'a deadline that timers cannot hold',
    () => ({ operations: [], timeoutMs: 2 ** 31 }),
    'timeoutMs',
    'at most 2147483647',
  ],
  [
    'an origin that is none',
    () => ({ operations: [], cors: { origins: ['app'] } }),
    'cors.origins: no origin',
    'https://',
  ],
]

test.each(contradictions)('createApi refuses %s at start, with place and remedy', (_name, options, place, remedy) => {
  let refused: unknown
  try {
    createApi({ contract, operations: [], ...options() })
  } catch (error) {
    refused = error
  }
  expect(refused).toBeInstanceOf(ContractError)
  const { message } = refused as ContractError
  expect(message).toContain(place)
  expect(message.slice(message.indexOf('Remedy: '))).toContain(remedy)
})

test.each(['', '100', '0/s', '100/min burst 0', '1/week', '-1/s', '1.5/s'])(
  'a rate that is none, "%s", is refused',
  (rate) => {
    expect(() => limits({ reads: rate as LimitDefinition })).toThrow(/limit "reads": not a rate.*Remedy: such as/)
  },
)

test('open limits need a fallback', () => {
  expect(() => rateLimits(memoryLimits(), {}, { whenLost: 'open' })).toThrow(/fallback.*Remedy/)
})

test('peppers that are missing or short are refused', () => {
  for (const peppers of [{}, { 1: 'short' }]) expect(() => testKeys({ peppers })).toThrow(/peppers.*Remedy/)
})

test('a guard that an operation does not use adds neither a step nor a code to it', () => {
  const guards = { keys, limits: limits({ reads: '1/s' }), idempotency: idempotency(memoryIdempotency()) }
  const open = operation('GET /open', { open: true, handler })
  const api = createApi({ contract, operations: [open], guards })
  const [plan] = api.plans
  expect(plan?.steps.map(({ stage }) => stage)).toEqual(['accept'])
  for (const code of ['api_key_missing', 'rate_limited', 'idempotency_key_reused', 'service_unavailable']) {
    expect(plan?.codes.has(code)).toBe(false)
  }
})

test('a limit with a name that no header can carry is refused, and one that is no rate at all', () => {
  expect(() => limits({ 'my "reads"': '1/s' })).toThrow(/not a name.*Remedy/)
  expect(() => limits({ reads: null as never })).toThrow(/not a rate, null.*Remedy/)
})

import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { listen } from '../adapters/node.ts'
import { ApiError, several } from '../contract/api-error.ts'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { memoryLog, send } from '../guards/testing.suite.ts'
import type { CompiledGuard, Guard } from './guard.ts'
import { operationsFor } from './operations-for.ts'
import { reply } from './reply.ts'

const contract = defineContract({
  docs: '/errors',
  errors: {
    card_declined: {
      status: 402,
      message: 'Your card was declined.',
      details: z.object({ decline_code: z.string() }),
    },
    slow_details: {
      status: 400,
      message: 'Checked too slowly.',
      details: z.object({ id: z.string().refine(async () => true) }),
    },
    session_ended: { status: 401, message: 'The session ended.' },
    account_closed: { status: 409, message: 'The account is closed.' },
    never_declared: { status: 400, message: 'Not for this operation.' },
  },
})
const operation = operationsFor(contract)

/** Runs a handler, as it is and as a promise, and gives the answer with what was logged. */
async function outcomesOf(handler: () => unknown) {
  const { events, log } = memoryLog()
  const errors = ['card_declined', 'account_closed', 'slow_details', 'session_ended'] as const
  const api = createApi({
    contract,
    operations: [
      operation('GET /sync', { errors, handler }),
      operation('GET /async', { errors, handler: async () => handler() }),
    ],
    log,
  })
  const outcomes = []
  for (const path of ['/sync', '/async']) {
    const answer = await send(api, `GET ${path}`)
    outcomes.push({ answer, event: events.at(-1)! })
  }
  expect(events).toHaveLength(2)
  return outcomes
}

function thrower(value: unknown) {
  return () => {
    throw value
  }
}

const circular = new Error('outer', { cause: undefined })
circular.cause = new Error('inner', { cause: circular })

const getters = Object.defineProperties(new Error('x'), {
  message: {
    get() {
      throw new Error('no message for you')
    },
  },
  stack: {
    get() {
      throw new Error('no stack for you')
    },
  },
})

const proxy = new Proxy(
  {},
  {
    get() {
      throw new Error('hands off')
    },
    has() {
      throw new Error('hands off')
    },
    getPrototypeOf() {
      throw new Error('hands off')
    },
  },
)

const halfProxy = new Proxy(contract.errors.account_closed(), {
  get() {
    throw new Error('hands off')
  },
})

const loop: Record<string, unknown> = {}
loop.self = loop

const failing: readonly [name: string, handler: () => unknown, logged: RegExp][] = [
  ['throws an Error', thrower(new Error('connect 10.0.0.5:5432 refused')), /10\.0\.0\.5:5432.*\n\s+at /],
  ['throws a string', thrower('a plain string'), /string: a plain string/],
  ['throws null', thrower(null), /object: null/],
  ['throws undefined', thrower(undefined), /undefined/],
  ['throws a symbol', thrower(Symbol('odd')), /Symbol\(odd\)/],
  ['throws an error whose causes go round', thrower(circular), /outer[\s\S]*caused by[\s\S]*inner[\s\S]*\[circular\]/],
  ['throws an error whose getters throw', thrower(getters), /unreadable|cannot be read/],
  ['throws a Proxy that throws', thrower(proxy), /unreadable|cannot be read/],
  ['throws an ApiError behind a Proxy that throws', thrower(halfProxy), /unreadable|cannot be read/],
  ['throws an object without a message', thrower({ reason: 'odd' }), /object/],
  ['throws a code that only another operation declares', thrower(contract.errors.never_declared()), /never_declared/],
  ['throws a code nobody declares', thrower(new ApiError('made_up', 400, 'Made up.')), /made_up/],
  [
    'throws several, one of which it does not declare',
    thrower(several([contract.errors.account_closed(), contract.errors.never_declared()])),
    /never_declared/,
  ],
  [
    'throws details that break their schema',
    thrower(new ApiError('card_declined', 402, 'No.', { details: { decline_code: 42 } })),
    /details of card_declined break their schema/,
  ],
  [
    'throws details whose schema validates asynchronously',
    thrower(new ApiError('slow_details', 400, 'No.', { details: { id: 'a' } })),
    /slow_details/,
  ],
  [
    'throws details where none are declared',
    thrower(new ApiError('account_closed', 409, 'No.', { details: { password: 'hunter2' } })),
    /account_closed declares no details/,
  ],
  [
    'throws an error with a header that would start another',
    thrower(contract.errors.account_closed({ headers: [['x-a', 'b\r\nset-cookie: c=d']] })),
    /x-a/,
  ],
  ['answers with a BigInt', () => ({ amount: 10n }), /BigInt/],
  ['answers with a circle', () => loop, /circular/i],
  ['answers with a function', () => () => 1, /function/],
  ['answers with what throws when it is written', () => ({ toJSON: thrower(new Error('unwritable')) }), /unwritable/],
  ['answers with a Proxy that throws', () => proxy, /hands off/],
  ['answers with a 5xx of its own', () => reply(503, { oops: true }), /status 503/],
  ['answers with a 4xx of its own', () => reply(404, { oops: true }), /status 404/],
  ['answers with a header that HTTP does not allow', () => reply(200, {}, [['location', '/\u{1F600}']]), /location/],
]

describe('an exception nobody declared: 500 internal_error', () => {
  test.each(failing)(
    'a handler that %s: opaque 500 in the contract, its cause once in the log',
    async (_name, handler, logged) => {
      for (const { answer, event } of await outcomesOf(handler)) {
        expect(answer.status).toBe(500)
        expect(answer.json).toEqual({
          type: '/errors/internal_error',
          title: 'Internal Server Error',
          status: 500,
          detail: contract.codes.get('internal_error')?.message,
          code: 'internal_error',
          error_type: 'api_error',
        })
        expect(answer.header('content-length')).toBe(String(answer.bytes.byteLength))
        expect(event).toMatchObject({ code: 'internal_error', declared: false, requestId: answer.header('request-id') })
        expect(event.operation).toMatch(/^GET \//)
        expect(event.cause).toMatch(logged)
      }
    },
  )
})

test('a declared error is answered as declared, and the log has its code and cause but no stack of it', async () => {
  const cause = new Error('issuer said 05')
  const thrown = thrower(
    contract.errors.card_declined({ param: 'source', details: { decline_code: 'lost_card' }, cause }),
  )
  for (const { answer, event } of await outcomesOf(thrown)) {
    expect(answer).toMatchObject({ status: 402, code: 'card_declined' })
    expect(answer.json).toMatchObject({ param: 'source', details: { decline_code: 'lost_card' } })
    expect(answer.text).not.toContain('issuer')
    expect(event).toMatchObject({ code: 'card_declined', declared: true, status: 402 })
    expect(event.cause?.match(/issuer said 05/g)).toHaveLength(1)
  }
})

test('details carry only what their schema declares', async () => {
  const details = { decline_code: 'lost_card', internal_note: 'fraud score 97' }
  const [outcome] = await outcomesOf(thrower(contract.errors.card_declined({ details })))
  expect(outcome?.answer.json.details).toEqual({ decline_code: 'lost_card' })
})

test('an undeclared exception is logged with its stack and the causes below it, once', async () => {
  const thrown = new Error('outer', { cause: new Error('inner', { cause: 'the root' }) })
  for (const { event } of await outcomesOf(thrower(thrown))) {
    expect(event.cause).toContain('closed-world.test.ts')
    for (const part of ['Error: outer', 'Error: inner', 'the root']) expect(event.cause?.split(part)).toHaveLength(2)
  }
})

test('a log that throws changes no answer', async () => {
  const handler = thrower(new Error('x'))
  const log = thrower(new Error('disk full'))
  const api = createApi({ contract, operations: [operation('GET /', { handler })], log })
  expect((await send(api, 'GET /')).status).toBe(500)
})

test('a retry advice that is no number of seconds still makes a whole Retry-After of at least 1', async () => {
  for (const [given, sent] of [
    [0.2, '1'],
    [-5, '1'],
    [1.01, '2'],
    [Number.NaN, '1'],
  ] as const) {
    const [outcome] = await outcomesOf(thrower(contract.errors.account_closed({ retryAfterSeconds: given })))
    expect(outcome?.answer.header('retry-after')).toBe(sent)
  }
})

test('several declared errors go out together, the first decides', async () => {
  const { account_closed, card_declined } = contract.errors
  const both = several([
    account_closed({ param: 'account' }),
    card_declined({ details: { decline_code: 'lost_card' } }),
  ])
  for (const { answer, event } of await outcomesOf(thrower(both))) {
    expect(answer).toMatchObject({ status: 409, code: 'account_closed' })
    expect(answer.json.errors).toMatchObject([
      { code: 'account_closed', param: 'account' },
      { code: 'card_declined', details: { decline_code: 'lost_card' } },
    ])
    expect(event).toMatchObject({ code: 'account_closed', declared: true })
  }
})

test('every 401 of the contract has a challenge, also one with headers of its own', async () => {
  const headers = [['x-session', 'ended']] as const
  for (const error of [contract.errors.session_ended(), contract.errors.session_ended({ headers })]) {
    const [outcome] = await outcomesOf(thrower(error))
    expect(outcome?.answer.header('www-authenticate')).toBe('Bearer realm="api"')
  }
})

/** What a guard of somebody else may do to an answer. */
const spoilt: readonly (readonly [string, CompiledGuard])[] = [
  ['a header that HTTP does not allow', { step: (exchange) => void exchange.replyHeaders.push(['x-note', 'a\nb']) }],
  ['a status that is none', { around: () => () => ({ status: 99, headers: [], body: null }) }],
  ['no answer at all', { around: () => async () => undefined as never }],
  ['a body of another kind', { around: () => () => ({ status: 200, headers: [], body: { a: 1 } as never }) }],
]

test.each(spoilt)(
  'a guard that makes an answer nobody can write, %s: one internal_error, told once',
  async (_, compiled) => {
    const { events, log } = memoryLog()
    let done = 0
    const guard: Guard = {
      name: 'spoils',
      stage: 'deadline',
      codes: () => [],
      compile: () => ({
        ...compiled,
        step(exchange) {
          exchange.whenDone(() => done++)
          return compiled.step?.(exchange)
        },
      }),
    }
    const operations = [operation('GET /it', { handler: () => ({ fine: true }) })]
    const api = createApi({ contract, operations, guards: { others: [guard] }, log })
    const server = await listen(api, { port: 0 })
    const response = await fetch(`${server.url}/it`)
    expect([response.status, response.headers.get('error-code')]).toEqual([500, 'internal_error'])
    expect(events).toMatchObject([
      {
        requestId: response.headers.get('request-id'),
        operation: 'GET /it',
        status: 500,
        code: 'internal_error',
        source: 'encoder',
        declared: false,
        cause: expect.stringContaining('TypeError'),
      },
    ])
    expect(done).toBe(1)
    await server.close()
  },
)

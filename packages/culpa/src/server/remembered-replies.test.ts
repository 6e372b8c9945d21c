import { expect, test } from 'vitest'
import { refusal } from '../contract/api-error.ts'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { send, toRequest } from '../guards/testing.suite.ts'
import type { Guard, Run } from './guard.ts'
import { operationsFor } from './operations-for.ts'
import { rememberedReplies } from './remembered-replies.ts'
import type { HeaderPair, Reply } from './reply.ts'

const contract = defineContract({
  docs: '/errors',
  errors: { account_closed: { status: 409, message: 'The account is closed.' } },
})
const operation = operationsFor(contract)
const errors = ['account_closed'] as const

test('a header that changes after its list was frozen says to each caller what it said when it was thrown', async () => {
  const pair: [string, string] = ['x-account', '']
  const headers: readonly HeaderPair[] = Object.freeze([pair])
  const api = createApi({
    contract,
    operations: [
      operation('GET /accounts/:id', {
        errors,
        handler({ params, errors: { account_closed } }) {
          pair[1] = params.id
          throw account_closed({ headers })
        },
      }),
    ],
  })
  const answers = [await send(api, 'GET /accounts/anna'), await send(api, 'GET /accounts/bert')]
  expect(answers.map(({ header }) => header('x-account'))).toEqual(['anna', 'bert'])
})

test('a guard may answer a failure with another text, whose length is its own', async () => {
  const rewording: Guard = {
    name: 'rewording',
    stage: 'deadline',
    codes: () => [],
    compile: () => ({
      around: (run, fail): Run => {
        return (exchange) => {
          try {
            return run(exchange)
          } catch (thrown) {
            const answer: Reply = fail(exchange, thrown)
            return { ...answer, body: `${answer.body} äöü` }
          }
        }
      },
    }),
  }
  const handler = () => {
    throw contract.errors.account_closed()
  }
  const api = createApi({
    contract,
    guards: { others: [rewording] },
    operations: [operation('GET /accounts', { errors, handler })],
  })
  const { bytes, header, text } = await send(api, 'GET /accounts')
  expect(text).toMatch(/ äöü$/)
  expect(header('content-length')).toBe(String(bytes.byteLength))
})

/** A guard that refuses with violations told by the query: `?a=first&b=second`. */
const refusing: Guard = {
  name: 'refusing',
  stage: 'validation',
  codes: () => ['validation_failed'],
  compile: () => ({
    step({ search }) {
      const violations = [...new URLSearchParams(search)].map(([param, message]) => ({ param, message }))
      return refusal('validation_failed', { violations })
    },
  }),
}

const api = createApi({
  contract,
  guards: { others: [refusing] },
  operations: [operation('GET /accounts', { handler: () => null })],
})

interface Entry {
  readonly pointer: string
  readonly detail: string
}

test('a refusal says its own violations, however like others that came before', async () => {
  const queries = ['a=No.', 'a=No.&b=No.', 'b=No.', 'a=No.&b=Yes.', 'a=No.&c=No.', 'a=No.']
  for (const query of queries) {
    const { json } = await send(api, `GET /accounts?${query}`)
    const told = json.errors.map(({ pointer, detail }: Entry) => `${pointer.slice(2)}=${detail}`)
    expect(told.join('&')).toBe(query)
  }
})

test('a thousand refusals, each for the first time and again, say what each is about', async () => {
  for (let index = 0; index < 1000; index++) {
    for (const field of [`field${index}`, `field${index}`, 'field0']) {
      const { json } = await send(api, `GET /accounts?${field}=No.`)
      expect(json.errors[0].pointer).toBe(`#/${field}`)
    }
  }
})

test('a violation of a guard in JavaScript that names no field is listed without one', async () => {
  const nameless: Guard = {
    ...refusing,
    compile: () => ({
      step: () => refusal('validation_failed', { violations: [{ message: 'No.' }] as never }),
    }),
  }
  const operations = [operation('GET /accounts', { handler: () => null })]
  const { status, json } = await send(
    createApi({ contract, log: () => undefined, guards: { others: [nameless] }, operations }),
    'GET /accounts',
  )
  expect([status, json.errors[0].detail]).toEqual([422, 'No.'])
})

test.each([
  ['a parameter', { param: 'x'.repeat(100_000) }],
  ['a message', { message: ' '.repeat(100_000) }],
])('%s that is much longer than its answer is not kept', (_name, options) => {
  const replies = rememberedReplies()
  let written = 0
  const write = (): Reply => ({ status: 400, headers: [], body: `cut off ${++written}` })
  for (let time = 0; time < 3; time++) replies.of(refusal('parameter_invalid', options), write)
  expect(written).toBe(3)
})

test('answers that are given once push out none that is given again and again', () => {
  const replies = rememberedReplies()
  const written: string[] = []
  const ask = (message: string) =>
    replies.of(refusal('parameter_invalid', { message }), () => {
      written.push(message)
      return { status: 400, headers: [], body: message }
    })
  for (let time = 0; time < 3; time++) expect(ask('often').body).toBe('often')
  written.length = 0
  for (let index = 0; index < 500; index++) expect(ask(`once ${index}`).body).toBe(`once ${index}`)
  expect(ask('often').body).toBe('often')
  expect(written).not.toContain('often')
})

test('a code of a violation is asked of each operation, whoever answered with it before', async () => {
  const coded: Guard = {
    ...refusing,
    codes: ({ path }) => (path === '/open' ? ['validation_failed', 'resource_exists'] : ['validation_failed']),
    compile: () => ({
      step: () =>
        refusal('validation_failed', { violations: [{ param: 'a', message: 'No.', code: 'resource_exists' }] }),
    }),
  }
  const handler = () => null
  const operations = [operation('GET /open', { handler }), operation('GET /other', { handler })]
  const two = createApi({ contract, log: () => undefined, guards: { others: [coded] }, operations })
  const statuses = []
  for (const path of ['/open', '/other', '/open']) statuses.push((await send(two, `GET ${path}`)).status)
  expect(statuses).toEqual([422, 500, 422])
})

test('what an answer is made of cannot be changed by who gets it', async () => {
  const reply = await api.handle(toRequest('GET /accounts?a=No.'))
  const again = await api.handle(toRequest('GET /accounts?a=No.'))
  ;(reply.headers as HeaderPair[]).push(['x-evil', '1'])
  expect(again.headers.map(([name]) => name)).not.toContain('x-evil')
  expect(() => {
    ;(again.headers[0] as [string, string])[1] = 'text/html'
  }).toThrow(TypeError)
})

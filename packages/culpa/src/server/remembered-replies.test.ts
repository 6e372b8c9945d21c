import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { send } from '../guards/testing.suite.ts'
import type { Guard, Run } from './guard.ts'
import { operationsFor } from './operations-for.ts'
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
    log: () => undefined,
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

test('a guard that changes an answer in place changes that of no other caller', async () => {
  const changing: Guard = {
    name: 'changing',
    stage: 'deadline',
    codes: () => [],
    compile: () => ({
      around: (run, fail): Run => {
        return (exchange) => {
          let answer: Reply
          try {
            answer = run(exchange) as Reply
          } catch (thrown) {
            answer = fail(exchange, thrown)
          }
          if (exchange.search !== '') (answer.headers[0] as string[] | undefined)?.splice(1, 1, exchange.search)
          if (exchange.search !== '') (answer.headers as HeaderPair[]).push(['x-account', exchange.search])
          return answer
        }
      },
    }),
  }
  const api = createApi({
    contract,
    log: () => undefined,
    guards: { others: [changing] },
    operations: [
      operation('GET /plain', { errors, handler: thrower(() => contract.errors.account_closed()) }),
      operation('GET /wait', {
        errors,
        handler: thrower(() => contract.errors.account_closed({ retryAfterSeconds: 7 })),
      }),
      operation('GET /nothing', { handler: () => undefined }),
      operation('GET /something', { handler: () => ({}) }),
    ],
  })
  for (const path of ['plain', 'wait', 'nothing', 'something']) {
    await send(api, `GET /${path}`)
    await send(api, `GET /${path}?anna`)
    expect(JSON.stringify((await send(api, `GET /${path}`)).headers)).not.toContain('anna')
  }
})

function thrower(make: () => Error) {
  return () => {
    throw make()
  }
}

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
    log: () => undefined,
    guards: { others: [rewording] },
    operations: [operation('GET /accounts', { errors, handler })],
  })
  const { bytes, header, text } = await send(api, 'GET /accounts')
  expect(text).toMatch(/ äöü$/)
  expect(header('content-length')).toBe(String(bytes.byteLength))
})

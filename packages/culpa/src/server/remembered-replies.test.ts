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

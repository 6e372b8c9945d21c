import { expect, test } from 'vitest'
import { several } from '../contract/api-error.ts'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { memoryLog, send } from '../guards/testing.suite.ts'
import { errorList } from '../profiles/index.ts'
import { operationsFor } from './operations-for.ts'

test('several inside several sends every error, in order, and logs every cause', async () => {
  const { events, log } = memoryLog()
  const contract = defineContract({
    docs: '/errors',
    profile: errorList,
    errors: {
      a_failed: { status: 400, message: 'A.' },
      b_failed: { status: 400, message: 'B.' },
      c_failed: { status: 400, message: 'C.' },
    },
  })
  const operation = operationsFor(contract)('GET /', {
    errors: ['a_failed', 'b_failed', 'c_failed'],
    handler({ errors }) {
      const both = several([
        errors.a_failed({ param: 'a', cause: new Error('root of a') }),
        errors.b_failed({ param: 'b', cause: new Error('root of b') }),
      ])
      throw several([both, errors.c_failed({ param: 'c', cause: new Error('root of c') })])
    },
  })
  const answer = await send(createApi({ contract, operations: [operation], log }), 'GET /')
  expect(answer).toMatchObject({ status: 400, code: 'a_failed' })
  expect(answer.json.errors).toMatchObject([
    { code: 'a_failed', param: 'a', message: 'A.' },
    { code: 'b_failed', param: 'b', message: 'B.' },
    { code: 'c_failed', param: 'c', message: 'C.' },
  ])
  for (const root of ['root of a', 'root of b', 'root of c']) expect(events[0]?.cause).toContain(root)
})

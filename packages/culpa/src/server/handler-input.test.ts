import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { send } from '../guards/testing.suite.ts'
import { operationsFor } from './operations-for.ts'

const operation = operationsFor(defineContract({ docs: '/errors' }))

test('a handler may take a part of its input and hand on the rest', async () => {
  const api = createApi({
    contract: defineContract({ docs: '/errors' }),
    operations: [
      operation('GET /things/:id', {
        handler({ params, ...rest }) {
          const { signal, trace, requestId, step } = { ...rest }
          return { id: params.id, aborted: signal.aborted, trace: trace.traceId, requestId, step: typeof step }
        },
      }),
    ],
    log: () => undefined,
  })
  const { json } = await send(api, 'GET /things/1')
  expect(json).toEqual({
    id: '1',
    aborted: false,
    trace: expect.stringMatching(/^[\da-f]{32}$/),
    requestId: expect.any(String),
    step: 'function',
  })
})

test('a handler may put something of its own before its input', async () => {
  const api = createApi({
    contract: defineContract({ docs: '/errors' }),
    operations: [
      operation('GET /things', {
        handler(input) {
          const heir: typeof input = Object.create(input)
          const proxy = new Proxy(input, {})
          return [heir.signal === input.signal, proxy.signal === input.signal, heir.trace === proxy.trace]
        },
      }),
    ],
    log: () => undefined,
  })
  expect((await send(api, 'GET /things')).json).toEqual([true, true, true])
})

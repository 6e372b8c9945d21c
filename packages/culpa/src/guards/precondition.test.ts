import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { operationsFor } from '../server/operations-for.ts'
import { send } from './testing.suite.ts'

const contract = defineContract({ docs: '/errors' })
const operation = operationsFor(contract)
const tags: Readonly<Record<string, string>> = { p1: '"v2"', weak: 'W/"v2"', comma: '"a,b"' }
const etag = ({ params }: { params: Readonly<Record<string, string>> }) => tags[params.id ?? '']
const api = createApi({
  contract,
  operations: [
    operation('PATCH /required/:id', { precondition: 'required', etag, body: z.object({}), handler: () => 'done' }),
    operation('PATCH /optional/:id', {
      precondition: 'optional',
      etag: async (input) => etag(input),
      errors: ['resource_missing'],
      handler({ params, errors }) {
        if (params.id === 'absent') throw errors.resource_missing()
        return 'done'
      },
    }),
  ],
  log: () => undefined,
})

function patch(path: string, ifMatch?: string) {
  return send(api, `PATCH ${path}`, ifMatch === undefined ? {} : { headers: { 'if-match': ifMatch } })
}

test('precondition missing: 428 precondition_required', async () => {
  const answer = await patch('/required/p1')
  expect(answer).toMatchObject({ status: 428, code: 'precondition_required' })
  expect(answer.json.param).toBe('If-Match')
})

test('precondition missing where it is optional: served', async () => {
  expect((await patch('/optional/p1')).status).toBe(200)
})

test.each(['"v1"', 'v2', 'W/"v2"', '"V2"', '"v1", "v3"', ''])(
  'precondition failed, %s against "v2": 412 precondition_failed',
  async (ifMatch) => {
    for (const path of ['/required/p1', '/optional/p1']) {
      expect(await patch(path, ifMatch)).toMatchObject({ status: 412, code: 'precondition_failed' })
    }
  },
)

test.each(['"v2"', '"v1", "v2"', '*', ' "v2" '])('precondition met, %s: served', async (ifMatch) => {
  expect((await patch('/required/p1', ifMatch)).status).toBe(200)
})

test('weak tags never match, not even themselves', async () => {
  expect(await patch('/required/weak', 'W/"v2"')).toMatchObject({ status: 412 })
  expect(await patch('/required/weak', '"v2"')).toMatchObject({ status: 412 })
})

test('a tag with a comma in it is one tag', async () => {
  expect((await patch('/required/comma', '"x", "a,b"')).status).toBe(200)
  expect((await patch('/required/comma', '"a"')).status).toBe(412)
})

test('a resource that is absent is left to the handler', async () => {
  expect(await patch('/optional/absent', '"v1"')).toMatchObject({ status: 404, code: 'resource_missing' })
})

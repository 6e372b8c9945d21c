import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { convergegate, fieldErrors } from '../profiles/index.ts'
import { operationsFor } from '../server/operations-for.ts'
import { requireOwned } from './tenant.ts'
import { send, testKeys, withoutRequestId } from './testing.suite.ts'

const resources = new Map([
  ['ch_own', { tenant: 'org_1', amount: 1 }],
  ['ch_other', { tenant: 'org_2', amount: 2 }],
  ['ch_gone', { tenant: 'org_1', amount: 3, deleted: true }],
  ['ch_other_gone', { tenant: 'org_2', amount: 4, deleted: true }],
])

async function chargesUnder(contract: ReturnType<typeof defineContract>) {
  const { guard, issue } = testKeys()
  const operation = operationsFor(contract)
  const api = createApi({
    contract,
    operations: [
      operation('GET /charges/:id', {
        scopes: ['charges:read', 'charges:list'],
        params: z.object({ id: z.string() }),
        errors: ['resource_missing', 'resource_forbidden', 'resource_gone'],
        handler: ({ params, caller }) => requireOwned(resources.get(params.id), caller, contract),
      }),
    ],
    guards: { keys: guard },
    log: () => undefined,
  })
  const key = await issue({ scopes: ['charges:read', 'charges:list', 'refunds:write'] })
  const get = (id: string) => send(api, `GET /charges/${id}`, { key })
  return { api, get, issue }
}

const contract = defineContract({ docs: '/errors' })

test('scope missing: 403 permission_denied, insufficient_scope, names the scope', async () => {
  const { api, issue } = await chargesUnder(contract)
  const answer = await send(api, 'GET /charges/ch_own', { key: await issue({ scopes: ['charges:read'] }) })
  expect(answer).toMatchObject({ status: 403, code: 'permission_denied' })
  expect(answer.header('www-authenticate')).toBe(
    'Bearer realm="api", error="insufficient_scope", scope="charges:read charges:list"',
  )
  expect(answer.json.detail).toContain('charges:list')
})

test('a name of the contract that would break a header does not', async () => {
  const odd = defineContract({ docs: '/errors', name: 'Ada "the" API\r\nx: y' })
  const { api, issue } = await chargesUnder(odd)
  const answer = await send(api, 'GET /charges/ch_own', { key: await issue() })
  expect(answer.status).toBe(403)
  expect(answer.header('www-authenticate')).toMatch(/^Bearer realm="[^"\r\n]*", error="insufficient_scope"/)
})

test('a key with every scope passes, whatever more it has', async () => {
  expect((await (await chargesUnder(contract)).get('ch_own')).json).toEqual({ tenant: 'org_1', amount: 1 })
})

test("another tenant's resource: 404, byte-identical to an absent one", async () => {
  const { get } = await chargesUnder(contract)
  const foreign = await get('ch_other')
  const absent = await get('ch_nothing')
  const removed = await get('ch_other_gone')
  expect(foreign).toMatchObject({ status: 404, code: 'resource_missing' })
  for (const other of [foreign, removed]) {
    expect(other.text).toBe(absent.text)
    expect(withoutRequestId(other)).toEqual(withoutRequestId(absent))
  }
  expect(foreign.header('request-id')).toHaveLength(absent.header('request-id')!.length)
})

test("another tenant's resource in field-errors: 403, as its page says", async () => {
  const { get } = await chargesUnder(defineContract({ docs: '/errors', profile: fieldErrors }))
  expect(await get('ch_other')).toMatchObject({ status: 403, code: 'resource_forbidden' })
  expect(await get('ch_nothing')).toMatchObject({ status: 404, code: 'resource_missing' })
})

test('scope missing in convergegate: 401, its page has no 403', async () => {
  const { api, issue } = await chargesUnder(defineContract({ docs: '/errors', profile: convergegate }))
  const answer = await send(api, 'GET /charges/ch_own', { key: await issue() })
  expect(answer).toMatchObject({ status: 401, code: 'permission_denied' })
  expect(answer.header('www-authenticate')).toContain('insufficient_scope')
})

test('resource gone, same tenant: 410 resource_gone', async () => {
  expect(await (await chargesUnder(contract)).get('ch_gone')).toMatchObject({ status: 410, code: 'resource_gone' })
})

test('resource gone where the profile has no 410: 404, and the code survives', async () => {
  const { get } = await chargesUnder(defineContract({ docs: '/errors', profile: fieldErrors }))
  expect(await get('ch_gone')).toMatchObject({ status: 404, code: 'resource_gone' })
})

test.each(['a"b', 'a\\b', 'a b', '', 'ä', 'a\r\nb'])(
  'a scope that a challenge cannot name is refused at start: %j',
  (scope) => {
    const { guard } = testKeys()
    const operations = [operationsFor(contract)('GET /', { scopes: [scope], handler: () => 1 })]
    expect(() => createApi({ contract, operations, guards: { keys: guard } })).toThrow(/"GET \/": scopes.*Remedy/)
  },
)

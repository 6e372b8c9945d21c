import { expect, test } from 'vitest'
import { refusal } from '../contract/api-error.ts'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { memoryLog, send, toRequest } from '../guards/testing.suite.ts'
import { currents } from '../profiles/index.ts'
import { mountApis } from './mount.ts'
import { operationsFor } from './operations-for.ts'

const first = defineContract({ docs: '/first' })
const second = defineContract({ docs: '/second', profile: currents })
const { events, log } = memoryLog()
const one = createApi({ contract: first, operations: [operationsFor(first)('GET /one/a', { handler: () => 1 })], log })
const two = createApi({
  contract: second,
  operations: [operationsFor(second)('GET /one/two/a', { handler: () => 2 })],
  log,
})
const mounted = mountApis({ '/one': one, '/one/two': two }, one)

test('the longest base decides, and only whole segments', async () => {
  expect((await send(mounted, 'GET /one/a')).text).toBe('1')
  expect((await send(mounted, 'GET /one/two/a')).text).toBe('2')
  expect((await send(mounted, 'GET /one/twofold')).header('link')).toContain('/first/')
  expect((await send(mounted, 'GET /one/two/nothing')).header('link')).toContain('/second/')
  expect((await send(mounted, 'GET /elsewhere')).header('link')).toContain('/first/')
})

test('a target with a fragment is refused by the API it was sent to', async () => {
  const answer = await send(mounted, 'GET /one/two/a#top')
  expect([answer.status, answer.header('link')]).toEqual([400, '</second/request_malformed>; rel="help"'])
})

test('a request that failed before it could be handled is answered in the contract of its path, and logged', () => {
  const refused = mounted.refuse(toRequest('GET /one/two/a'), refusal('headers_too_large'))
  expect(new Map(refused.headers).get('link')).toContain('/second/headers_too_large')
  expect(events.at(-1)).toMatchObject({ code: 'headers_too_large', source: 'parser', path: '/one/two/a' })
})

test.each(['', '/', 'one', '/one/', '/one?a'])('a base that is no path, "%s", is refused', (base) => {
  expect(() => mountApis({ [base]: one }, one)).toThrow(/mountApis: not a base path.*Remedy/)
})

test('all of them are told when the server begins to close', () => {
  const told: string[] = []
  const endless = (name: string) => ({ ...one, leave: () => void told.push(name) })
  mountApis({ '/one': endless('one'), '/two': one }, endless('otherwise')).leave?.()
  expect(told.sort()).toEqual(['one', 'otherwise'])
})

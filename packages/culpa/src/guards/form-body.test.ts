import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { operationsFor } from '../server/operations-for.ts'
import { parseForm } from './form-body.ts'
import { send } from './testing.suite.ts'

const contract = defineContract({ docs: '/errors' })
const operation = operationsFor(contract)
const body = z.object({ amount: z.coerce.number(), card: z.object({ number: z.string() }) })
const type = 'application/x-www-form-urlencoded'
const api = createApi({
  contract,
  operations: [
    operation('POST /both', { consumes: ['application/json', type], body, handler: ({ body }) => body }),
    operation('POST /json', { body, handler: ({ body }) => body }),
  ],
  log: () => undefined,
})
const form = { body: 'amount=100&card[number]=4242', headers: { 'content-type': type } }

test('form body: read like JSON where the operation allows it, and 415 elsewhere', async () => {
  expect((await send(api, 'POST /both', form)).json).toEqual({ amount: 100, card: { number: '4242' } })
  expect((await send(api, 'POST /both', { body: { amount: 1, card: { number: '4' } } })).status).toBe(200)
  expect((await send(api, 'POST /json', form)).status).toBe(415)
})

test('form body that fails its schema is 422 with the paths of its fields', async () => {
  const answer = await send(api, 'POST /both', { ...form, body: 'amount=much&card[name]=x' })
  expect(answer).toMatchObject({ status: 422, code: 'validation_failed' })
  expect(answer.json.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['#/amount', '#/card/number'])
})

test.each([
  ['', {}],
  ['a=1&b=2', { a: '1', b: '2' }],
  ['a[b][c]=1&a[b][d]=2', { a: { b: { c: '1', d: '2' } } }],
  ['a[]=1&a[]=2', { a: ['1', '2'] }],
  ['a[1]=y&a[0]=x', { a: ['x', 'y'] }],
  ['items[0][qty]=2&items[1][qty]=3', { items: [{ qty: '2' }, { qty: '3' }] }],
  ['a%5Bb%5D=%C5%BC+%2B', { a: { b: 'ż +' } }],
  ['a&b=', { a: '', b: '' }],
  ['&&a=1&', { a: '1' }],
  ['a[7]=x', { a: { 7: 'x' } }],
])('bracket notation: %s', (text, value) => {
  expect(parseForm(text, 8)).toEqual(value)
})

test.each([
  ['a name twice', 'amount=1&amount=100'],
  ['a value that is a group too', 'a=1&a[b]=2'],
  ['a group that is a value too', 'a[b]=2&a=1'],
  ['__proto__', '__proto__[admin]=1'],
  ['__proto__ in brackets', 'a[__proto__][admin]=1'],
  ['constructor.prototype', 'constructor[prototype][admin]=1'],
  ['encoding that is not UTF-8', 'a=%ff'],
  ['half an escape', 'a=%4'],
  ['brackets that do not match', 'a[b=1'],
  ['text after a bracket', 'a[b]c=1'],
  ['nesting over the limit', `a${'[b]'.repeat(8)}=1`],
  ['more fields than a form has', Array.from({ length: 1001 }, (_, index) => `f${index}=1`).join('&')],
])('form with %s: body_malformed', (_name, text) => {
  expect(() => parseForm(text, 8)).toThrow(expect.objectContaining({ code: 'body_malformed' }))
  expect(({} as { admin?: unknown }).admin).toBeUndefined()
})

test('whatever is encoded as a form is read back', () => {
  const name = fc.stringMatching(/^[a-z]{1,8}$/)
  const tree = fc.letrec((tie) => ({
    node: fc.oneof({ depthSize: 'small' }, fc.string(), tie('group'), tie('list')),
    group: fc.dictionary(name, tie('node'), { minKeys: 1, maxKeys: 4 }),
    list: fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
  }))
  fc.assert(
    fc.property(fc.dictionary(name, tree.node, { maxKeys: 5 }), (value) => {
      const pairs: string[] = []
      const write = (path: string, node: unknown): void => {
        if (typeof node === 'string') pairs.push(`${encodeURIComponent(path)}=${encodeURIComponent(node)}`)
        else for (const [key, child] of Object.entries(node as object)) write(`${path}[${key}]`, child)
      }
      for (const [key, node] of Object.entries(value)) write(key, node)
      fc.pre(pairs.every((pair) => pair.split('%5B').length < 60) && pairs.length <= 1000)
      expect(parseForm(pairs.join('&'), 64)).toEqual({ ...value })
    }),
  )
})

test('a query is read the same way, and its faults are those of a parameter', async () => {
  const list = createApi({
    contract,
    operations: [operation('GET /', { query: z.object({}).loose(), handler: ({ query }) => query })],
    log: () => undefined,
  })
  expect((await send(list, 'GET /?created[gte]=5')).json).toEqual({ created: { gte: '5' } })
  const answer = await send(list, 'GET /?limit=1&limit=2')
  expect(answer).toMatchObject({ status: 400, code: 'parameter_invalid' })
  expect(answer.json.detail).not.toMatch(/form|field/i)
})

test.each([
  ['?limit=1&limit=2', 'limit'],
  ['?limit=%zz', 'limit'],
  ['?created[gte]=1&created[gte]=2', 'created.gte'],
  ['?ids[]=1&ids=2', 'ids'],
  ['?a[__proto__]=1', 'a.__proto__'],
  ['?%zz=1', undefined],
  [`?${'x'.repeat(500)}=%zz`, `${'x'.repeat(57)}...`],
])('a query that cannot be read, %s, names the parameter at fault', async (query, param) => {
  const list = createApi({
    contract,
    operations: [operation('GET /', { query: z.object({}).loose(), handler: ({ query }) => query })],
    log: () => undefined,
  })
  const answer = await send(list, `GET /${query}`)
  expect(answer).toMatchObject({ status: 400, code: 'parameter_invalid' })
  expect(answer.json.param).toBe(param)
})

test('a form that cannot be read names the field at fault', async () => {
  const answer = await send(api, 'POST /both', { ...form, body: 'card[number]=1&card[number]=2' })
  expect(answer).toMatchObject({ status: 400, code: 'body_malformed' })
  expect(answer.json.param).toBe('card.number')
})

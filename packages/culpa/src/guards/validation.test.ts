import * as v from 'valibot'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { currents, fieldErrors, stripe } from '../profiles/index.ts'
import { operationsFor } from '../server/operations-for.ts'
import { memoryLog, send } from './testing.suite.ts'

const Item = z.object({ sku: z.string(), qty: z.number().int().min(1) })
const echoing = (value: string) => `A card cannot start with ${value.slice(0, 4)}.`
const Order = z.strictObject({
  email: z.string().regex(/@/, 'Must contain an @.').min(8, 'Must have at least 8 characters.'),
  items: z.array(Item).min(1),
  card: z
    .object({
      number: z.string().superRefine((value, context) => {
        if (value.length !== 16) context.addIssue({ code: 'custom', message: echoing(value) })
      }),
    })
    .optional(),
})

const contract = defineContract({ docs: '/errors' })

function orders(of: Pick<typeof contract, 'codes'> = contract) {
  const operation = operationsFor(of as typeof contract)
  return createApi({
    contract: of as typeof contract,
    operations: [
      operation('POST /orders', { body: Order, sensitive: ['card'], handler: ({ body }) => body }),
      operation('GET /orders/:id', {
        params: z.object({ id: z.string().regex(/^or_/, 'An order id starts with or_.') }),
        query: z.strictObject({ limit: z.coerce.number().max(100, 'At most 100.'), after: z.string().optional() }),
        headers: { 'x-version': z.enum(['1', '2']), 'x-trace': z.string().optional() },
        handler: ({ params, query, headers }) => ({ params, query, headers }),
      }),
    ],
    log: () => undefined,
  })
}

const api = orders()
const good = { email: 'ada@example.com', items: [{ sku: 'a', qty: 1 }] }
const headers = { 'x-version': '2' }

test('body fails its schema: 422 validation_failed, every violation listed with its path', async () => {
  const body = { email: 'ada', items: [{ sku: 1, qty: 0 }, {}], extra: true }
  const answer = await send(api, 'POST /orders', { body })
  expect(answer).toMatchObject({ status: 422, code: 'validation_failed' })
  const pointers = answer.json.errors.map(({ pointer }: { pointer: string }) => pointer)
  expect(pointers).toEqual([
    '#/email',
    '#/email',
    '#/items/0/sku',
    '#/items/0/qty',
    '#/items/1/sku',
    '#/items/1/qty',
    '#/extra',
  ])
  expect(answer.json.param).toBe('email')
})

test('the param of a violation is the path of its field, such as items.0.qty', async () => {
  const body = { ...good, items: [{ sku: 'a', qty: 0 }] }
  expect((await send(api, 'POST /orders', { body })).json).toMatchObject({ param: 'items.0.qty' })
})

test('a field may fail several rules at once and gets several messages', async () => {
  const answer = await send(orders(defineContract({ docs: '/errors', profile: fieldErrors })), 'POST /orders', {
    body: { ...good, email: 'ada' },
  })
  expect(answer.status).toBe(422)
  expect(answer.json.errors.email).toEqual(['Must contain an @.', 'Must have at least 8 characters.'])
})

test('body fails its schema where the profile has no 422: 400, and the code survives', async () => {
  const answer = await send(orders(defineContract({ docs: '/errors', profile: currents })), 'POST /orders', {
    body: {},
  })
  expect(answer).toMatchObject({ status: 400, code: 'validation_failed' })
})

test('a profile may code the violations of a body as those of a parameter', async () => {
  const strict = orders(defineContract({ docs: '/errors', profile: stripe }))
  expect((await send(strict, 'POST /orders', { body: { items: good.items } })).code).toBe('parameter_missing')
  expect((await send(strict, 'POST /orders', { body: { ...good, colour: 'red' } })).code).toBe('parameter_unknown')
})

test('values of fields marked sensitive are never echoed', async () => {
  const answer = await send(api, 'POST /orders', { body: { ...good, card: { number: '4242-4242' } } })
  expect(answer.json.errors).toMatchObject([
    { pointer: '#/card/number', detail: 'The card.number field is not valid.' },
  ])
  expect(answer.text).not.toContain('4242')
})

test('values of sensitive fields inside a list are never echoed', async () => {
  const secretItem = z.object({ token: z.string().refine(() => false, { error: ({ input }) => `bad ${input}` }) })
  const operation = operationsFor(contract)
  const tokens = createApi({
    contract,
    operations: [
      operation('POST /', {
        body: z.object({ items: z.array(secretItem) }),
        sensitive: ['items.token'],
        handler: () => undefined,
      }),
    ],
    log: () => undefined,
  })
  const answer = await send(tokens, 'POST /', { body: { items: [{ token: 'tok_hidden' }] } })
  expect(answer.status).toBe(422)
  expect(answer.text).not.toContain('tok_hidden')
})

test('values of sensitive fields are not echoed by a rule of a field around them', async () => {
  const body = z
    .object({ login: z.object({ name: z.string(), password: z.string() }) })
    .superRefine((value, context) => {
      context.addIssue({
        code: 'custom',
        path: ['login'],
        message: `${value.login.name}/${value.login.password} is weak`,
      })
      context.addIssue({ code: 'custom', path: ['login', 'name'], message: `${value.login.name} is taken` })
    })
  const operation = operationsFor(contract)
  const logins = createApi({
    contract,
    operations: [operation('POST /', { body, sensitive: ['login.password'], handler: () => undefined })],
    log: () => undefined,
  })
  const answer = await send(logins, 'POST /', { body: { login: { name: 'ada', password: 'hunter2' } } })
  expect(answer.text).not.toContain('hunter2')
  expect(answer.text).toContain('ada is taken')
})

test.each([
  ['path', 'GET /orders/x1?limit=1', headers, 'parameter_invalid', 'id', 'An order id starts with or_.'],
  ['query', 'GET /orders/or_1?limit=500', headers, 'parameter_invalid', 'limit', 'At most 100.'],
  ['header', 'GET /orders/or_1?limit=5', { 'x-version': '9' }, 'parameter_invalid', 'x-version', 'Invalid option'],
  ['missing query', 'GET /orders/or_1', headers, 'parameter_missing', 'limit', 'limit parameter is missing'],
  ['missing header', 'GET /orders/or_1?limit=5', {}, 'parameter_missing', 'x-version', 'x-version is missing'],
  ['unknown query', 'GET /orders/or_1?limit=5&page=2', headers, 'parameter_unknown', 'page', 'page is not known'],
] as const)('bad or missing %s parameter: 400 + param', async (_name, line, sent, code, param, detail) => {
  const answer = await send(api, line, { headers: sent })
  expect(answer).toMatchObject({ status: 400, code })
  expect(answer.json).toMatchObject({ param, detail: expect.stringContaining(detail) })
})

test('a handler gets what the schemas made of path, query and headers', async () => {
  const answer = await send(api, 'GET /orders/or_1?limit=5', { headers })
  expect(answer.json).toEqual({ params: { id: 'or_1' }, query: { limit: 5 }, headers: { 'x-version': '2' } })
})

test('a body of the wrong kind is one violation without a param', async () => {
  const answer = await send(api, 'POST /orders', { body: '[]' })
  expect(answer).toMatchObject({ status: 422, code: 'validation_failed' })
  expect(answer.json.param).toBeUndefined()
  const field = orders(defineContract({ docs: '/errors', profile: fieldErrors }))
  expect(Object.keys((await send(field, 'POST /orders', { body: '[]' })).json.errors ?? {})).not.toContain('')
})

test('no body at all names what is missing', async () => {
  const answer = await send(api, 'POST /orders')
  expect(answer.json.errors).toMatchObject([{ pointer: '#/email' }, { pointer: '#/items' }])
})

test('any library that follows Standard Schema validates', async () => {
  const operation = operationsFor(contract)
  const body = v.object({ email: v.pipe(v.string(), v.email('No address.')), qty: v.number() })
  const other = createApi({ contract, operations: [operation('POST /', { body, handler: () => 1 })], log: () => {} })
  const answer = await send(other, 'POST /', { body: { email: 'x' } })
  expect(answer.json.errors).toMatchObject([
    { pointer: '#/email', detail: 'No address.' },
    { pointer: '#/qty', detail: 'The qty field is missing.' },
  ])
})

test('a schema may validate asynchronously, in its turn', async () => {
  const operation = operationsFor(contract)
  const query = z.object({ id: z.string().refine(async (id) => id === 'a', 'Taken.') })
  const other = createApi({
    contract,
    operations: [operation('POST /', { query, body: z.object({ a: z.number() }), handler: () => 1 })],
    log: () => undefined,
  })
  expect((await send(other, 'POST /?id=b', { body: {} })).json).toMatchObject({ param: 'id', detail: 'Taken.' })
  expect((await send(other, 'POST /?id=a', { body: {} })).status).toBe(422)
})

test('a schema that throws is a fault of the server: 500, logged', async () => {
  const operation = operationsFor(contract)
  const { events, log } = memoryLog()
  const body = z.object({}).transform(() => {
    throw new Error('broken validator')
  })
  const other = createApi({ contract, operations: [operation('POST /', { body, handler: () => 1 })], log })
  expect(await send(other, 'POST /', { body: {} })).toMatchObject({ status: 500, code: 'internal_error' })
  expect(events[0]).toMatchObject({ declared: false, cause: expect.stringContaining('broken validator') })
})

test('a hostile body with thousands of violations and sensitive values is refused in no time', async () => {
  const operation = operationsFor(contract)
  const body = z.object({ items: z.array(z.object({ token: z.string(), qty: z.number() })) })
  const items = Array.from({ length: 30_000 }, (_, index) => ({ token: index.toString(36).padStart(4, '~'), qty: '' }))
  const other = createApi({
    contract,
    operations: [operation('POST /', { body, sensitive: ['items.token'], handler: () => 1 })],
    log: () => undefined,
  })
  const started = performance.now()
  const answer = await send(other, 'POST /', { body: { items } })
  expect(performance.now() - started).toBeLessThan(1500)
  expect(answer.status).toBe(422)
  expect(answer.json.errors[0]).toMatchObject({ pointer: '#/items/0/qty' })
})

test('of very many violations the first hundred are listed, and how many more there are', async () => {
  const body = { ...good, ...Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, 1])) }
  const { errors } = (await send(api, 'POST /orders', { body })).json
  expect(errors).toHaveLength(101)
  expect(errors[99]).toMatchObject({ pointer: '#/k99' })
  expect(errors[100].detail).toBe('There are 900 more violations.')
  expect(errors[100].pointer).toBeUndefined()
  const field = orders(defineContract({ docs: '/errors', profile: fieldErrors }))
  expect((await send(field, 'POST /orders', { body })).text).toContain('900 more')
})

test('neither a long key nor a long message is repeated in full', async () => {
  const long = 'k'.repeat(100_000)
  expect((await send(api, 'POST /orders', { body: { ...good, [long]: 1 } })).bytes.length).toBeLessThan(2000)
  const answer = await send(
    validating(() => ({ issues: [{ message: long }] })),
    'POST /',
    { body: {} },
  )
  expect(answer.json.detail + JSON.stringify(answer.json.errors)).toContain('The body is not valid.')
  expect(answer.bytes.length).toBeLessThan(2000)
})

test('keys of an object below a sensitive field are not echoed', async () => {
  const operation = operationsFor(contract)
  const body = z
    .object({ card: z.strictObject({ number: z.string() }), insured: z.boolean() })
    .superRefine((value, at) => {
      at.addIssue({ code: 'custom', path: [], message: `insured is ${value.insured}` })
    })
  const cards = createApi({
    contract,
    operations: [operation('POST /', { body, sensitive: ['card', 'insured'], handler: () => 1 })],
    log: () => undefined,
  })
  const answer = await send(cards, 'POST /', { body: { card: { number: '1', 4242424242424242: 1 }, insured: true } })
  expect(answer.json.errors).toMatchObject([
    { pointer: '#/card', detail: 'The card field is not valid.' },
    { detail: 'The body is not valid.' },
  ])
  expect(answer.text).not.toContain('4242')
  expect(answer.text).not.toContain('true')
})

function validating(validate: (value: unknown) => unknown) {
  const body = { '~standard': { version: 1, vendor: 'test', validate } } as unknown as z.ZodType
  const operation = operationsFor(contract)
  return createApi({ contract, operations: [operation('POST /', { body, handler: () => 1 })], log: () => undefined })
}

test('a validator may answer with a thenable that is no Promise', async () => {
  // biome-ignore lint/suspicious/noThenProperty: what the test is about
  const later = (result: unknown) => () => ({ then: (tell: (value: unknown) => void) => tell(result) })
  expect((await send(validating(later({ issues: [{ message: 'No.' }] })), 'POST /', { body: {} })).status).toBe(422)
  expect((await send(validating(later({ value: 1 })), 'POST /', { body: {} })).status).toBe(200)
})

test.each([
  ['an empty list of issues', []],
  ['an issue without a message', [{}]],
  ['an issue whose message is no text', [{ message: { secret: 1 } }]],
])('%s is a refusal in general words', async (_name, issues) => {
  const answer = await send(
    validating(() => ({ issues })),
    'POST /',
    { body: {} },
  )
  expect(answer).toMatchObject({ status: 422, code: 'validation_failed' })
  expect(answer.json.errors).toMatchObject([{ detail: 'The body is not valid.' }])
})

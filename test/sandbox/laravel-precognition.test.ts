// The form library reads what the API answers with its own client: `fetch`, `FormData`, `Blob` and `File`, all of which
// Node has, so no global of a browser is put in its place. It looks for `document` and `window` only where they exist.
// Its requests carry `precognitive: false`: they are the form's real submissions, not rehearsals, which need a server
// that runs a request's rules without the request.
import { randomUUID } from 'node:crypto'
import {
  client,
  createValidator,
  type HttpResponse,
  HttpResponseError,
  toSimpleValidationErrors,
} from 'laravel-precognition'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'

let sandbox: LiveSandbox
let keys: Readonly<Record<string, string>>

beforeAll(async () => {
  sandbox = await openSandbox()
  keys = sandbox.system('field-errors').keys
  client.withBaseURL(`${sandbox.url}/field-errors/v1`)
})
afterAll(() => sandbox?.close())

const as = (key = keys.full) => ({ precognitive: false, headers: { Authorization: `Bearer ${key}` } })
const good = { email: 'ada@example.com', amount: 1200 }

test('a submission that passes gives the payment', async () => {
  const response = (await client.post('/payments', good, as())) as HttpResponse
  expect(response).toMatchObject({ status: 200, data: { email: good.email, amount: 1200 } })
})

test('a 422 reaches onValidationError with the messages of each field', async () => {
  const seen: HttpResponse[] = []
  await client.post(
    '/payments',
    { email: 'x'.repeat(80), amount: -0.5 },
    {
      ...as(),
      onValidationError: (response, error) => {
        seen.push(response)
        expect(error).toBeInstanceOf(HttpResponseError)
      },
    },
  )
  expect(seen).toMatchObject([{ status: 422 }])
  const { message, errors } = seen[0]!.data as { message: string; errors: Record<string, string[]> }
  expect(message).not.toBe('')
  expect(Object.keys(errors).sort()).toEqual(['amount', 'email'])
  for (const messages of Object.values(errors)) expect(messages.length).toBeGreaterThan(1)
})

test('a form shows the errors of the 422 beside its fields, and forgets one when told', async () => {
  const data = { email: 'nobody', amount: 0 }
  const form = createValidator((bound) => bound.post('/payments', data, as()), data)
  const changed = new Promise<void>((resolve) => form.on('errorsChanged', resolve))
  form.touch(['email', 'amount']).validate()
  await changed
  expect(form.hasErrors()).toBe(true)
  expect(Object.keys(form.errors()).sort()).toEqual(['amount', 'email'])
  for (const text of Object.values(toSimpleValidationErrors(form.errors()))) expect(text).toMatch(/^\S.+\.$/)
  expect(form.valid()).toEqual([])
  form.forgetError('email')
  expect(Object.keys(form.errors())).toEqual(['amount'])
})

test('a field that passes counts as valid beside one that does not', async () => {
  const data = { email: good.email, amount: 0 }
  const form = createValidator((bound) => bound.post('/payments', data, as()), data)
  const changed = new Promise<void>((resolve) => form.on('errorsChanged', resolve))
  form.touch(['email', 'amount']).validate()
  await changed
  expect(form.valid()).toEqual(['email'])
})

test('a declined card stands beside its field', async () => {
  let errors: Record<string, string[]> = {}
  await client.post(
    '/payments',
    { ...good, source: 'tok_chargeDeclined' },
    {
      ...as(),
      onValidationError: (response) => {
        errors = (response.data as { errors: typeof errors }).errors
      },
    },
  )
  expect(Object.keys(errors)).toEqual(['source'])
})

test('401, 403, 404 and 409 reach their own handlers with a message and no errors', async () => {
  const seen: Record<number, unknown> = {}
  const note = (response: HttpResponse) => {
    seen[response.status] = response.data
  }
  const reference = randomUUID()
  await client.post('/payments', { ...good, reference }, as())
  await client.post('/payments', { ...good, reference }, { ...as(), onConflict: note })
  await client.get('/payments', {}, { ...as(keys.revoked), onUnauthorized: note })
  await client.post('/payments', good, { ...as(keys.read_only), onForbidden: note })
  await client.get('/payments/pay_nobody', {}, { ...as(), onNotFound: note })
  expect(Object.keys(seen)).toEqual(['401', '403', '404', '409'])
  for (const data of Object.values(seen)) expect(data).toEqual({ message: expect.stringMatching(/^\S.+\.$/) })
})

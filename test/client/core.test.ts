import { createClient, problemReader, stripeReader } from 'culpa/client/core'
import { scriptedFetch } from 'culpa/testing'
import { expect, expectTypeOf, test } from 'vitest'
import type { api } from './typed-api.ts'

const baseUrl = 'https://api.test'
const readers = [stripeReader]

test('it reads the format it was given', async () => {
  const error = { type: 'card_error', code: 'card_declined', message: 'Declined.', decline_code: 'lost_card' }
  const fetch = scriptedFetch([{ status: 402, body: { error } }])
  const failed = await createClient({ baseUrl, format: 'auto', readers, fetch }).get('/').safe()
  expect(failed.error).toMatchObject({ name: 'CardError', format: 'stripe', details: { decline_code: 'lost_card' } })
})

test('of several formats the first that the body looks like reads it', async () => {
  const body = { title: 'Gone', status: 410, detail: 'It is gone.', code: 'resource_gone' }
  const fetch = scriptedFetch([{ status: 410, body }])
  const both = [stripeReader, problemReader]
  const { error } = await createClient({ baseUrl, format: 'auto', readers: both, fetch }).get('/').safe()
  expect(error).toMatchObject({ name: 'NotFoundError', format: 'problem', message: 'It is gone.' })
})

test('of an error in another it has the status, the class by that, and the body', async () => {
  const body = { type: '/errors/gone', title: 'Gone', status: 410, detail: 'It is gone.', code: 'resource_gone' }
  const fetch = scriptedFetch([{ status: 410, body, headers: { 'error-code': 'resource_gone' } }])
  const { error } = await createClient({ baseUrl, format: 'auto', readers, fetch }).get('/').safe()
  expect(error).toMatchObject({ name: 'NotFoundError', status: 410, code: 'resource_gone', format: 'text' })
  expect(error).toHaveProperty('rawBody', JSON.stringify(body))
})

test('its types are those of the whole client', () => {
  const typed = () =>
    createClient<typeof api>({ baseUrl, readers, unkeyed: { 'POST /v1/sessions': true } }).get('/v1/charges/:id', {
      params: { id: 'ch_1' },
    })
  expectTypeOf(typed).returns.resolves.toEqualTypeOf<{ id: string; amount: number }>()
  // @ts-expect-error: readers are missing
  const without = () => createClient({ baseUrl, format: 'auto' })
  expectTypeOf(without).toBeFunction()
})

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as own from 'culpa/client'
import { scriptedFetch } from 'culpa/testing'
import { describe, expect, inject, test } from 'vitest'
import { bundle, writeProgram } from './program.ts'
import { runWithWebGlobals } from './web-globals.ts'

type Client = typeof own

const packed = pathToFileURL(join(inject('packed'), 'node_modules/culpa/dist/client/index.js')).href
const script = await bundle(writeProgram(`export * from 'culpa/client'`), 'iife')

const copies: [name: string, copy: Client][] = [
  ['of another install', (await import(packed)) as Client],
  ['of another realm', runWithWebGlobals(script).program],
]

/** An error of each copy, each from its own client. */
async function declinedBy({ createClient }: Client) {
  const body = { error: { type: 'card_error', code: 'card_declined', message: 'Declined.', decline_code: 'lost_card' } }
  const fetch = scriptedFetch([{ status: 402, headers: { 'request-id': 'req_1' }, body }])
  return (await createClient({ baseUrl: 'https://api.test', format: 'stripe', fetch }).get('/').safe()).error
}

describe.each(copies)('a client %s', (_name, copy) => {
  test('throws errors that are of our classes too, as ours are of its', async () => {
    const theirs = await declinedBy(copy)
    expect(Object.getPrototypeOf(theirs)).toBe(copy.CardError.prototype)
    expect(copy.CardError).not.toBe(own.CardError)
    for (const one of [own.CardError, own.ApiResponseError, own.ApiClientError]) expect(theirs).toBeInstanceOf(one)
    for (const one of [own.RateLimitError, own.ApiConnectionError]) expect(theirs).not.toBeInstanceOf(one)
    const ours = await declinedBy(own)
    for (const one of [copy.CardError, copy.ApiClientError]) expect(ours instanceof one).toBe(true)
    expect(ours instanceof copy.RateLimitError).toBe(false)
  })

  test('throws errors that our guards know, as its guards know ours', async () => {
    const [theirs, ours] = [await declinedBy(copy), await declinedBy(own)]
    expect([own.isApiError(theirs, 'card_declined'), own.isApiClientError(theirs)]).toEqual([true, true])
    expect([copy.isApiError(ours, 'card_declined'), copy.isApiClientError(ours)]).toEqual([true, true])
    expect([own.isApiError(theirs, 'expired_card'), own.isApiConnectionError(theirs)]).toEqual([false, false])
  })

  test('writes errors that fromJSON makes ours', async () => {
    const error = own.fromJSON((await declinedBy(copy))?.toJSON())
    expect(Object.getPrototypeOf(error)).toBe(own.CardError.prototype)
    expect(error).toMatchObject({ code: 'card_declined', requestId: 'req_1', details: { decline_code: 'lost_card' } })
  })

  test('ends a call by a signal of ours', async () => {
    const fetch = scriptedFetch(['stalled'])
    const controller = new AbortController()
    const client = copy.createClient({ baseUrl: 'https://api.test', format: 'auto', fetch })
    const call = client.get('/', { signal: controller.signal })
    setTimeout(() => controller.abort())
    expect(own.isRequestAbortedError((await call.safe()).error)).toBe(true)
  })
})

test('the other realm is one', async () => {
  expect(await declinedBy(copies[1]![1])).not.toBeInstanceOf(Error)
})

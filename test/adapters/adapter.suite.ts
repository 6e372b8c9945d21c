import { expect, test } from 'vitest'

/** Calls the sample API through an adapter. */
export type Call = (path: string, init?: RequestInit) => Promise<Response>

/** What every adapter does with the sample API. */
export function adapterSuite(name: string, call: Call): void {
  test(`${name}: a success arrives with status, headers and body`, async () => {
    const response = await call('/hello')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('request-id')).toMatch(/^req_/)
    expect(await response.json()).toEqual({ hello: 'world' })
  })

  test(`${name}: a body is read, and 201 carries a Location`, async () => {
    const response = await post(call, '/charges', JSON.stringify({ amount: 5, note: 'ü' }))
    expect(response.status).toBe(201)
    expect(response.headers.get('location')).toBe('/charges/ch_1')
    expect(await response.json()).toEqual({ id: 'ch_1', body: { amount: 5, note: 'ü' } })
  })

  test(`${name}: a declared error arrives in the envelope`, async () => {
    const response = await post(call, '/charges', JSON.stringify({ card: 'declined' }))
    expect(response.status).toBe(402)
    expect(response.headers.get('error-code')).toBe('card_declined')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toMatchObject({ error: { code: 'card_declined', param: 'card' } })
  })

  test(`${name}: an exception is an opaque 500`, async () => {
    const response = await call('/boom')
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(text).toContain('internal_error')
    expect(text).not.toMatch(/secret|passwd|at /)
  })

  test(`${name}: HEAD has the status and headers of GET and no body`, async () => {
    const get = await call('/hello')
    const length = String((await get.arrayBuffer()).byteLength)
    const head = await call('/hello', { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(head.headers.get('content-length')).toBe(length)
    expect(await head.text()).toBe('')
  })

  test(`${name}: HEAD of an error has no body either`, async () => {
    const head = await call('/nowhere', { method: 'HEAD' })
    expect(head.status).toBe(404)
    expect(head.headers.get('error-code')).toBe('route_unknown')
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(20)
    expect(await head.text()).toBe('')
  })

  test(`${name}: 204 and 304 have no body`, async () => {
    const none = await call('/charges', { method: 'DELETE' })
    expect([none.status, await none.text()]).toEqual([204, ''])
    const unchanged = await call('/unchanged')
    expect([unchanged.status, unchanged.headers.get('etag'), await unchanged.text()]).toEqual([304, '"a"', ''])
  })

  test(`${name}: a wrong method is a 405 with Allow`, async () => {
    const response = await call('/charges', { method: 'PATCH' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST, DELETE, OPTIONS')
    await response.text()
  })

  test(`${name}: OPTIONS is a 204 with Allow`, async () => {
    const response = await call('/hello', { method: 'OPTIONS' })
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS'])
  })

  test(`${name}: a body over the limit is a 413, its length known`, async () => {
    const response = await post(call, '/charges', JSON.stringify('x'.repeat(5000)))
    expect([response.status, response.headers.get('error-code')]).toEqual([413, 'body_too_large'])
    await response.text()
  })

  test(`${name}: a body over the limit is a 413, its length unknown`, async () => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(600).fill(32))
      },
    })
    const init = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json' } }
    const response = await call('/charges', init as RequestInit)
    expect([response.status, response.headers.get('error-code')]).toEqual([413, 'body_too_large'])
    await response.text()
  })

  test(`${name}: a stream arrives whole`, async () => {
    const response = await call('/stream')
    expect(await response.text()).toBe('one two three')
  })

  test(`${name}: a stream that fails half-way does not end cleanly`, async () => {
    const response = await call('/broken-stream')
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
  })

  test(`${name}: the target arrives as it was sent`, async () => {
    for (const path of ['/hello?a=%7Eb&c=%C3%BC', '/hello?']) {
      expect((await call(path)).status, path).toBe(200)
    }
    const encoded = await call('/hell%6F')
    expect(encoded.status).toBe(404)
    await encoded.text()
  })
}

function post(call: Call, path: string, body: string): Promise<Response> {
  return call(path, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
}

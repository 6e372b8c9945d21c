import { expect, test } from 'vitest'
import { toFetch } from '../../packages/culpa/src/adapters/fetch.ts'
import type { ApiRequest } from '../../packages/culpa/src/server/request.ts'
import { sampleApi } from './sample-api.ts'

function recording() {
  const seen: ApiRequest[] = []
  const { api } = sampleApi()
  const handle = toFetch({
    ...api,
    handle(request) {
      seen.push(request)
      return { status: 200, headers: [['connection', 'close']], body: 'ok' }
    },
  })
  return { handle, seen }
}

test('the target is path and query of the URL, as they stand there', async () => {
  const { handle, seen } = recording()
  const urls = [
    'https://a.example',
    'https://a.example/?q=/x',
    'https://a.example:8080//b/%2e%2E/c?d=%7E#e',
    'http://a/?',
  ]
  for (const url of urls) await handle(new Request(url))
  expect(seen.map(({ target }) => target)).toEqual(['/', '/?q=/x', '//c?d=%7E', '/?'])
})

test('the address comes from the platform, headers and signal from the request', async () => {
  const { handle, seen } = recording()
  const abort = new AbortController()
  const headers = new Headers([
    ['X-Many', '1'],
    ['x-many', '2'],
  ])
  await handle(new Request('https://a.example/', { headers, signal: abort.signal }), { address: '192.0.2.1' })
  await handle(new Request('https://a.example/'))
  const [first, second] = seen
  expect([first?.address, second?.address]).toEqual(['192.0.2.1', ''])
  expect([first?.header('x-many'), first?.headerCount('x-many'), first?.headerCount('x-none')]).toEqual(['1, 2', 1, 0])
  expect(first?.hasBody).toBe(false)
  abort.abort()
  expect(first?.signal.aborted).toBe(true)
})

test('the connection header stays with the platform', async () => {
  const { handle } = recording()
  const response = await handle(new Request('https://a.example/'))
  expect(response.headers.has('connection')).toBe(false)
})

test('a body that breaks off is request_malformed', async () => {
  const handle = toFetch(sampleApi().api)
  const body = new ReadableStream({
    start(controller) {
      controller.error(new Error('gone'))
    },
  })
  const init = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json' } }
  const response = await handle(new Request('https://a.example/charges', init as RequestInit))
  expect([response.status, response.headers.get('error-code')]).toEqual([400, 'request_malformed'])
})

test('a reply that cannot be written, and an API that rejects, are internal_error', async () => {
  const { api } = sampleApi()
  const faults = [
    () => ({ status: 99, headers: [], body: 'x' }),
    () => ({ status: 200, headers: [['x', 'a\nb'] as const], body: 'x' }),
    () => Promise.reject(new Error('no')),
  ]
  for (const fault of faults) {
    const response = await toFetch({ ...api, handle: fault })(new Request('https://a.example/'))
    expect([response.status, response.headers.get('error-code')]).toEqual([500, 'internal_error'])
  }
})

test('a stream that fails is logged, one that is cancelled is cancelled', async () => {
  const { api, events, aborted } = sampleApi()
  const handle = toFetch(api)
  const broken = await handle(new Request('https://a.example/broken-stream'))
  await expect(broken.text()).rejects.toThrow('the disk is gone')
  expect(events.at(-1)).toMatchObject({ path: '/broken-stream', cause: expect.stringContaining('the disk is gone') })
  const endless = await handle(new Request('https://a.example/endless-stream'))
  await endless.body?.cancel()
  expect(aborted).toEqual(['/endless-stream'])
})

test('nothing it imports needs Node', async () => {
  const { readFile } = await import('node:fs/promises')
  const seen = new Set<string>()
  const visit = async (url: URL): Promise<void> => {
    if (seen.has(url.href)) return
    seen.add(url.href)
    const source = await readFile(url, 'utf8')
    for (const [, name] of source.matchAll(/^(?:import|export)(?! type)[^'"]*from '([^']+)'/gm)) {
      expect(name, url.pathname).toMatch(/^\.\.?\//)
      await visit(new URL(name as string, url))
    }
  }
  await visit(new URL('../../packages/culpa/src/adapters/fetch.ts', import.meta.url))
  expect(seen.size).toBeGreaterThan(2)
})

test('a length of zero, and no body, are no body', async () => {
  const { handle, seen } = recording()
  const url = 'https://a.example/'
  await handle(new Request(url, { method: 'POST', body: '', headers: { 'content-length': '0' } }))
  await handle(new Request(url, { method: 'POST' }))
  await handle(new Request(url, { method: 'POST', body: 'x' }))
  expect(seen.map(({ hasBody }) => hasBody)).toEqual([false, false, true])
})

test('a body of zero bytes is no body', async () => {
  const handle = toFetch(sampleApi().api)
  const body = new ReadableStream({ start: (controller) => controller.close() })
  const headers = { 'content-type': 'application/json' }
  const url = 'https://a.example/charges'
  for (const init of [{ body, duplex: 'half' }, { body: '' }]) {
    const response = await handle(new Request(url, { method: 'POST', headers, ...init } as RequestInit))
    expect([response.status, await response.json()]).toEqual([201, { id: 'ch_1', body: {} }])
  }
})

test.each([
  ['authorization', ['Bearer a', 'Bearer b'], 2],
  ['authorization', ['Bearer a', 'Bearer a'], 2],
  ['authorization', ['Basic YQ==', 'bearer b'], 2],
  ['authorization', ['Digest a="1"', 'Bearer b'], 2],
  ['authorization', ['Digest a="1", b="2"'], 1],
  ['authorization', ['Bearer a'], 1],
  ['authorization', ['Bearer'], 1],
  ['x-api-key', ['a', 'b'], 2],
  ['x-api-key', ['a'], 1],
  ['idempotency-key', ['a', 'b'], 2],
  ['idempotency-key', [], 0],
])('%s sent as %j counts %i', async (name, values, count) => {
  const { handle, seen } = recording()
  await handle(new Request('https://a.example/', { headers: values.map((value) => [name, value]) }))
  expect(seen[0]?.headerCount(name)).toBe(count)
})

test('a stream of texts is encoded, one of anything else fails and is logged', async () => {
  const { api, events } = sampleApi()
  const answering = (chunk: unknown) =>
    toFetch({
      ...api,
      handle: () => ({
        status: 200,
        headers: [],
        body: new ReadableStream({
          start(controller) {
            controller.enqueue(chunk as Uint8Array)
            controller.close()
          },
        }),
      }),
    })(new Request('https://a.example/'))
  expect(await (await answering('tüxt')).text()).toBe('tüxt')
  await expect((await answering({ a: 1 })).text()).rejects.toThrow(/object.*bytes or text/)
  expect(events.at(-1)).toMatchObject({ cause: expect.stringContaining('bytes or text') })
})

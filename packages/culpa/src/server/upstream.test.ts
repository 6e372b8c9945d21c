import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { ApiError } from '../contract/api-error.ts'
import { callUpstream, type UpstreamOptions } from './upstream.ts'

const running: (() => void)[] = []

afterEach(() => {
  for (const stop of running.splice(0)) stop()
})

async function listening(server: Pick<Server, 'listen' | 'address' | 'close'>, stop: () => void): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  running.push(stop)
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

function upstream(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  return listening(server, () => {
    server.closeAllConnections()
    server.close()
  })
}

/** An upstream that speaks bytes of its own. */
function rawUpstream(answer: (socket: Socket) => void): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => answer(socket))
  })
  return listening(server as unknown as Server, () => server.close())
}

async function failureOf(url: string, options?: UpstreamOptions): Promise<ApiError> {
  return callUpstream(url, options).then(
    ({ status }) => Promise.reject(new Error(`it was answered with ${status}`)),
    (error: ApiError) => error,
  )
}

test('an answer is handed over, also one that refuses', async () => {
  const url = await upstream((_, response) => response.writeHead(402, { 'x-a': 'b' }).end('{"declined":true}'))
  const { status, headers, body } = await callUpstream(url)
  expect({ status, header: headers.get('x-a'), body }).toEqual({ status: 402, header: 'b', body: { declined: true } })
})

test('an empty answer has no body', async () => {
  expect((await callUpstream(await upstream((_, response) => response.writeHead(204).end()))).body).toBeUndefined()
})

test('upstream refused: 502 upstream_invalid, and it is known that nothing happened there', async () => {
  const url = await upstream(() => undefined)
  for (const stop of running.splice(0)) stop()
  expect(await failureOf(url)).toMatchObject({ code: 'upstream_invalid', status: 502, noEffect: true })
})

const nonsense: readonly [name: string, answer: (socket: Socket) => void][] = [
  ['reset', (socket) => socket.resetAndDestroy()],
  ['closed without an answer', (socket) => socket.end()],
  ['spoke no HTTP', (socket) => socket.end('hello\n\n')],
  ['closed early', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a":')],
  ['sent HTML', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>')],
  [
    'sent bytes that are no UTF-8',
    (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"\xff"', 'latin1'),
  ],
  ['failed', (socket) => socket.end('HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n')],
]

test.each(nonsense)(
  'upstream %s: 502 upstream_invalid, and what happened there is not known',
  async (_name, answer) => {
    expect(await failureOf(await rawUpstream(answer))).toMatchObject({ code: 'upstream_invalid', noEffect: false })
  },
)

test('upstream redirected: 502 upstream_invalid, and it was not followed', async () => {
  const asked: (string | undefined)[] = []
  const url = await upstream(({ url: path }, response) => {
    asked.push(path)
    if (path === '/') response.writeHead(302, { location: '/elsewhere' }).end()
    else response.end('{}')
  })
  expect(await failureOf(url)).toMatchObject({ code: 'upstream_invalid' })
  expect(asked).toEqual(['/'])
})

test('upstream body without an end: 502 upstream_invalid at the limit', async () => {
  const url = await upstream((_, response) => response.writeHead(200).end(`"${'x'.repeat(5000)}"`))
  expect(await failureOf(url, { maxBodyBytes: 1000 })).toMatchObject({ code: 'upstream_invalid' })
  expect((await callUpstream(url, { maxBodyBytes: 10_000 })).status).toBe(200)
})

test('upstream overloaded: 503 service_unavailable, with its Retry-After', async () => {
  const url = await upstream((_, response) => response.writeHead(503, { 'retry-after': '30' }).end())
  expect(await failureOf(url)).toMatchObject({ code: 'service_unavailable', retryAfterSeconds: 30 })
})

test.each(['-1', 'soon', '99999999', ''])(
  'a Retry-After of an upstream that is none, "%s", is not passed on',
  async (value) => {
    const url = await upstream((_, response) => response.writeHead(429, { 'retry-after': value }).end())
    expect(await failureOf(url)).toMatchObject({ code: 'service_unavailable', retryAfterSeconds: undefined })
  },
)

test('upstream deadline passed, before its headers or in its body: 504 upstream_timeout', async () => {
  const silent = await upstream(() => undefined)
  const stalled = await upstream((_, response) => response.writeHead(200).write('{'))
  for (const url of [silent, stalled]) {
    expect(await failureOf(url, { timeoutMs: 50 })).toMatchObject({ code: 'upstream_timeout', noEffect: false })
  }
})

test('the caller going away cancels the upstream', async () => {
  const controller = new AbortController()
  const aborted = new Promise<void>((resolve) => {
    void upstream((request) => {
      request.on('close', () => resolve())
      controller.abort()
    }).then((url) => failureOf(url, { signal: controller.signal }))
  })
  await expect(aborted).resolves.toBeUndefined()
})

test('nothing of what an upstream said stands in the error', async () => {
  const url = await upstream((_, response) => response.writeHead(500).end('stack at /srv/bank.js'))
  const { message, details } = await failureOf(url)
  expect(message).not.toMatch(/bank|127\.0\.0\.1/)
  expect(details).toBeUndefined()
})

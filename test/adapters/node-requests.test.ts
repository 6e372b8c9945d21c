import { expect, test } from 'vitest'
import { host, wireServer } from './wire-server.ts'

const { exchange, open, sample } = wireServer()

test('an absolute-form target is taken by its path, its authority ignored', async () => {
  const answer = await exchange(`GET http://elsewhere.example/hello?a=1 HTTP/1.1\r\n${host}\r\n`)
  expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { hello: 'world' }])
  expect(sample.ran.at(-1)).toBe('http://elsewhere.example/hello?a=1')
})

test('HTTP/1.0 without Host is served and its connection closed', async () => {
  const connection = open()
  connection.write('GET /hello HTTP/1.0\r\n\r\n')
  const [answer] = await connection.answers(1)
  expect([answer?.status, answer?.headers.connection]).toEqual([200, 'close'])
  await connection.closed
})

test('an upgrade is ignored', async () => {
  const answer = await exchange(`GET /hello HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
  expect(answer.status).toBe(200)
})

test('repeated headers are counted and joined, none dropped', async () => {
  const lines = [
    'Authorization: a',
    'authorization: b',
    'X-Many: 1',
    'X-Many: 2',
    'Idempotency-Key: k',
    'Idempotency-Key: k',
  ]
  const answer = await exchange(`GET /echo HTTP/1.1\r\n${host}${lines.join('\r\n')}\r\n\r\n`)
  expect(JSON.parse(answer.body)).toEqual([
    { name: 'authorization', value: 'a, b', count: 2 },
    { name: 'x-many', value: '1, 2', count: 2 },
    { name: 'idempotency-key', value: 'k, k', count: 2 },
  ])
})

test('more headers than Node keeps by default are all seen', async () => {
  const answer = await exchange(`GET /echo HTTP/1.1\r\n${host}${'a: b\r\n'.repeat(2100)}X-Many: 1\r\n\r\n`)
  expect(JSON.parse(answer.body)[1]).toEqual({ name: 'x-many', value: '1', count: 1 })
})

test('health is answered before the API, to GET and HEAD', async () => {
  const live = await exchange(`GET /livez HTTP/1.1\r\n${host}\r\n`)
  expect([live.status, live.body, live.headers['cache-control']]).toEqual([200, '{"status":"ok"}', 'no-store'])
  const ready = await exchange(`GET /readyz?verbose HTTP/1.1\r\n${host}\r\n`)
  expect([ready.status, ready.body]).toEqual([200, '{"status":"ok"}'])
  const posted = await exchange(`POST /livez HTTP/1.1\r\n${host}Content-Length: 0\r\n\r\n`)
  expect([posted.status, posted.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS'])
})

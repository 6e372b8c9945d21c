import { expect, test } from 'vitest'
import type { RawAnswer } from './raw-http.ts'
import { rejected } from './rejected-bytes.ts'
import { expectRefusal, get, host, post, wireServer } from './wire-server.ts'

const { exchange, expectAlive, open } = wireServer()

for (const { name, status, code, bytes } of rejected) {
  test(`${name} is answered ${status} ${code}`, async () => {
    expectRefusal(await exchange(...bytes), status, code)
    await expectAlive()
  })
}

test('what breaks the framing ends the connection, and nothing behind it is handled', async () => {
  const kept = ['a fragment in the target', 'a target over the limit', 'an unknown expectation']
  const broken = rejected.filter(({ name }) => !kept.includes(name))
  await Promise.all(
    broken.map(async ({ name, bytes }) => {
      const connection = open()
      for (const part of bytes) connection.write(part)
      const [answer] = await connection.answers(1)
      expect(answer?.headers.connection, name).toBe('close')
      connection.write(get)
      await connection.closed
      expect(connection.text().match(/HTTP\/1\.1 /g), name).toHaveLength(1)
    }),
  )
})

test('a method nobody knows is a 405 with Allow, also where the parser rejects it', async () => {
  for (const method of ['FOO', 'get', 'GETX', 'SETUP', 'PURGE', 'QUERY', '!']) {
    const answer = await exchange(`${method} /charges?a=1 HTTP/1.1\r\n${host}Origin: x\r\n\r\n`)
    expectRefusal(answer, 405, 'method_not_allowed')
    expect(answer.headers.allow, method).toBe('POST, DELETE, OPTIONS')
  }
  expectRefusal(await exchange(`FOO /nowhere HTTP/1.1\r\n${host}\r\n`), 404, 'route_unknown')
  expectRefusal(await exchange('F@O /charges HTTP/1.1\r\n\r\n'), 400, 'request_malformed')
  expectRefusal(await exchange('FOO /char'), 400, 'request_malformed')
})

test('an unknown method after a body in the same packet is told from the body', async () => {
  const connection = open()
  connection.write(`${post('Content-Length: 2\r\n', '{}')}FOO /hello HTTP/1.1\r\n${host}\r\n`)
  const [first, second] = await connection.answers(2)
  expect(first?.status).toBe(201)
  expect([second?.status, second?.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS'])
  await connection.closed
})

test('CONNECT is answered, not tunnelled', async () => {
  const tunnel = await exchange(`CONNECT example.com:443 HTTP/1.1\r\n${host}\r\n`)
  expectRefusal(tunnel, 405, 'method_not_allowed')
  expect(tunnel.headers).toHaveProperty('allow', '')
  const path = await exchange(`CONNECT /hello HTTP/1.1\r\n${host}\r\n`)
  expectRefusal(path, 405, 'method_not_allowed')
  expect(path.headers.allow).toBe('GET, HEAD, OPTIONS')
  await expectAlive()
})

test('paths that only look like a route are unknown', async () => {
  for (const target of [
    '//hello',
    '//elsewhere.example/hello',
    '/./hello',
    '/a/../hello',
    '/%2e/hello',
    '/hello/%00',
  ]) {
    expectRefusal(await exchange(`GET ${target} HTTP/1.1\r\n${host}\r\n`), 404, 'route_unknown')
  }
})

test('a request cut off by the end of the connection is answered 400', async () => {
  for (const bytes of ['GET /hello HTTP/1.1\r\nHos', post('Content-Length: 5\r\n', '{"')]) {
    const connection = open()
    connection.socket.end(bytes)
    expectRefusal((await connection.answers(1))[0] as RawAnswer, 400, 'request_malformed')
    await connection.closed
  }
})

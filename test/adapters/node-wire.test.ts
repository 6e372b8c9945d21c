import { afterAll, beforeAll, expect, test } from 'vitest'
import { listen, type NodeServer } from '../../packages/culpa/src/adapters/node.ts'
import { exchange, open, type RawAnswer } from './raw-http.ts'
import { sampleApi } from './sample-api.ts'

const sample = sampleApi()
let server: NodeServer
let port: number
beforeAll(async () => {
  server = await listen(sample.api, {
    port: 0,
    headersTimeoutMs: 300,
    requestTimeoutMs: 600,
    checkIntervalMs: 50,
    stallTimeoutMs: 400,
    processFailures: 'crash',
  })
  port = server.port
})
afterAll(() => server.close())

const host = 'Host: api.example.com\r\n'
const get = `GET /hello HTTP/1.1\r\n${host}\r\n`
const post = (headers: string, body = '') =>
  `POST /charges HTTP/1.1\r\n${host}Content-Type: application/json\r\n${headers}\r\n${body}`

function expectRefusal(answer: RawAnswer, status: number, code: string): void {
  expect([answer.status, answer.headers['error-code']]).toEqual([status, code])
  expect(answer.headers['request-id']).toMatch(/^req_/)
  expect(answer.headers['content-type']).toBe('application/json')
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.headers.date).toMatch(/GMT$/)
  expect(JSON.parse(answer.body).error).toMatchObject({ code, type: 'invalid_request_error' })
}

async function expectAlive(): Promise<void> {
  expect((await exchange(port, get)).status).toBe(200)
}

const rejected: readonly (readonly [name: string, status: number, code: string, ...bytes: (string | Uint8Array)[]])[] =
  [
    ['a malformed request line', 400, 'request_malformed', 'GET /hello there HTTP/1.1\r\n\r\n'],
    ['an unknown version', 400, 'request_malformed', `GET /hello HTTP/3.7\r\n${host}\r\n`],
    ['HTTP/2.0 in the request line', 400, 'request_malformed', `GET /hello HTTP/2.0\r\n${host}\r\n`],
    ['the preface of HTTP/2', 400, 'request_malformed', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS on the plain port', 400, 'request_malformed', Buffer.from('160301020001000001fc0303', 'hex')],
    ['NUL bytes', 400, 'request_malformed', '\0\0\0\0\0\0\0\0'],
    ['line feeds alone', 400, 'request_malformed', '\n\n\nx\n\n'],
    ['NUL in the target', 400, 'request_malformed', `GET /hel\0lo HTTP/1.1\r\n${host}\r\n`],
    ['NUL in a header', 400, 'request_malformed', `GET /hello HTTP/1.1\r\n${host}A: b\0c\r\n\r\n`],
    [
      'bytes beyond ASCII in the target',
      400,
      'request_malformed',
      Buffer.from(`GET /\xff HTTP/1.1\r\n${host}\r\n`, 'latin1'),
    ],
    ['a target without a slash', 400, 'request_malformed', `GET hello HTTP/1.1\r\n${host}\r\n`],
    ['a fragment in the target', 400, 'request_malformed', `GET /hello#top HTTP/1.1\r\n${host}\r\n`],
    ['a bare LF after the request line', 400, 'request_malformed', 'GET /hello HTTP/1.1\nHost: a\n\n'],
    ['a bare LF after a header', 400, 'request_malformed', 'GET /hello HTTP/1.1\r\nHost: a\nB: c\r\n\r\n'],
    ['a bare CR in a header', 400, 'request_malformed', 'GET /hello HTTP/1.1\r\nHost: a\rB: c\r\n\r\n'],
    ['a folded header', 400, 'request_malformed', `GET /hello HTTP/1.1\r\n${host}A: b\r\n c\r\n\r\n`],
    ['a blank before the colon', 400, 'request_malformed', 'GET /hello HTTP/1.1\r\nHost : a\r\n\r\n'],
    ['no Host', 400, 'request_malformed', 'GET /hello HTTP/1.1\r\n\r\n'],
    ['two Hosts', 400, 'request_malformed', `GET /hello HTTP/1.1\r\n${host}${host}\r\n`],
    ['two Hosts in HTTP/1.0', 400, 'request_malformed', 'GET /hello HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n'],
    ['a Host that is none', 400, 'request_malformed', 'GET /hello HTTP/1.1\r\nHost: a/b@c\r\n\r\n'],
    [
      'Content-Length and Transfer-Encoding',
      400,
      'request_malformed',
      post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    ],
    [
      'Transfer-Encoding and Content-Length',
      400,
      'request_malformed',
      post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n'),
    ],
    ['two Content-Lengths', 400, 'request_malformed', post('Content-Length: 2\r\nContent-Length: 2\r\n', '{}')],
    ['a list of lengths', 400, 'request_malformed', post('Content-Length: 2, 2\r\n', '{}')],
    ['a signed length', 400, 'request_malformed', post('Content-Length: +2\r\n', '{}')],
    [
      'a length beyond all numbers',
      400,
      'request_malformed',
      post('Content-Length: 99999999999999999999999\r\n', '{}'),
    ],
    ['a coding that is not chunked', 400, 'request_malformed', post('Transfer-Encoding: gzip\r\n', '{}')],
    ['a coding before chunked', 400, 'request_malformed', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n')],
    [
      'chunked twice',
      400,
      'request_malformed',
      post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    ],
    ['almost chunked', 400, 'request_malformed', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n')],
    [
      'chunked in HTTP/1.0',
      400,
      'request_malformed',
      'POST /charges HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'garbage for a chunk size',
      400,
      'request_malformed',
      post('Transfer-Encoding: chunked\r\n', 'zz\r\n{}\r\n0\r\n\r\n'),
    ],
    [
      'a chunk longer than its size',
      400,
      'request_malformed',
      post('Transfer-Encoding: chunked\r\n', '1\r\n{}\r\n0\r\n\r\n'),
    ],
    [
      'LF in a chunk extension',
      400,
      'request_malformed',
      post('Transfer-Encoding: chunked\r\n', '2;a\nb\r\n{}\r\n0\r\n\r\n'),
    ],
    [
      'garbage in a later packet of the body',
      400,
      'request_malformed',
      post('Transfer-Encoding: chunked\r\n', '1\r\n{\r\n'),
      'zz\r\n',
    ],
    [
      'endless chunk extensions',
      413,
      'body_too_large',
      post('Transfer-Encoding: chunked\r\n', `2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`),
    ],
    ['a header too long', 431, 'headers_too_large', `GET /hello HTTP/1.1\r\n${host}A: ${'a'.repeat(20_000)}\r\n\r\n`],
    [
      'too many headers',
      431,
      'headers_too_large',
      `GET /hello HTTP/1.1\r\n${host}${'Abcd: efgh\r\n'.repeat(5000)}\r\n`,
    ],
    [
      'trailers too long',
      431,
      'headers_too_large',
      post('Transfer-Encoding: chunked\r\n', `0\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`),
    ],
    ['a target over the limit', 414, 'target_too_long', `GET /hello?${'a'.repeat(9000)} HTTP/1.1\r\n${host}\r\n`],
    [
      'a target that no buffer holds',
      414,
      'target_too_long',
      `GET /hello?${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`,
    ],
    ['an unknown expectation', 417, 'expectation_failed', `GET /hello HTTP/1.1\r\n${host}Expect: nonsense\r\n\r\n`],
    ['headers that stop', 408, 'request_timeout', 'GET /hello HTT'],
    ['a body that stops', 408, 'request_timeout', post('Content-Length: 5\r\n', '{"')],
    ['a chunked body that stops', 408, 'request_timeout', post('Transfer-Encoding: chunked\r\n', '1\r\n{')],
    ['a length over the limit', 413, 'body_too_large', post('Content-Length: 5000\r\n')],
    ['a length over every limit', 413, 'body_too_large', post('Content-Length: 99999999999\r\n')],
    [
      'chunks over the limit',
      413,
      'body_too_large',
      post('Transfer-Encoding: chunked\r\n', `7d0\r\n${' '.repeat(2000)}`),
    ],
  ]

for (const [name, status, code, ...bytes] of rejected) {
  test(`${name} is answered ${status} ${code}`, async () => {
    expectRefusal(await exchange(port, ...bytes), status, code)
    await expectAlive()
  })
}

test('what breaks the framing ends the connection, and nothing behind it is handled', async () => {
  const kept = ['a fragment in the target', 'a target over the limit', 'an unknown expectation']
  const broken = rejected.filter(([name]) => !kept.includes(name))
  await Promise.all(
    broken.map(async ([name, , , ...bytes]) => {
      const connection = open(port)
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
    const answer = await exchange(port, `${method} /charges?a=1 HTTP/1.1\r\n${host}Origin: x\r\n\r\n`)
    expectRefusal(answer, 405, 'method_not_allowed')
    expect(answer.headers.allow, method).toBe('POST, DELETE, OPTIONS')
  }
  expectRefusal(await exchange(port, `FOO /nowhere HTTP/1.1\r\n${host}\r\n`), 404, 'route_unknown')
  expectRefusal(await exchange(port, 'F@O /charges HTTP/1.1\r\n\r\n'), 400, 'request_malformed')
  expectRefusal(await exchange(port, 'FOO /char'), 400, 'request_malformed')
})

test('an unknown method after a body in the same packet is told from the body', async () => {
  const connection = open(port)
  connection.write(`${post('Content-Length: 2\r\n', '{}')}FOO /hello HTTP/1.1\r\n${host}\r\n`)
  const [first, second] = await connection.answers(2)
  expect(first?.status).toBe(201)
  expect([second?.status, second?.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS'])
  await connection.closed
})

test('CONNECT is answered, not tunnelled', async () => {
  const tunnel = await exchange(port, `CONNECT example.com:443 HTTP/1.1\r\n${host}\r\n`)
  expectRefusal(tunnel, 405, 'method_not_allowed')
  expect(tunnel.headers).toHaveProperty('allow', '')
  const path = await exchange(port, `CONNECT /hello HTTP/1.1\r\n${host}\r\n`)
  expectRefusal(path, 405, 'method_not_allowed')
  expect(path.headers.allow).toBe('GET, HEAD, OPTIONS')
  await expectAlive()
})

test('a CONNECT whose caller resets the connection harms nobody', async () => {
  const connection = open(port)
  connection.write(`CONNECT a:1 HTTP/1.1\r\n${host}\r\n`)
  connection.socket.resetAndDestroy()
  await connection.closed
  await expectAlive()
})

test('a reset of a connection that Node has let go of, with an answer still to come, harms nobody', async () => {
  const connection = open(port)
  connection.write(`GET /slow HTTP/1.1\r\n${host}\r\nCONNECT a:1 HTTP/1.1\r\n${host}\r\n`)
  await expect.poll(() => sample.gates.length).toBeGreaterThan(0)
  connection.socket.resetAndDestroy()
  await connection.closed
  for (const release of sample.gates.splice(0)) release()
  await expectAlive()
})

test('an absolute-form target is taken by its path, its authority ignored', async () => {
  const answer = await exchange(port, `GET http://elsewhere.example/hello?a=1 HTTP/1.1\r\n${host}\r\n`)
  expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { hello: 'world' }])
  expect(sample.ran.at(-1)).toBe('http://elsewhere.example/hello?a=1')
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
    expectRefusal(await exchange(port, `GET ${target} HTTP/1.1\r\n${host}\r\n`), 404, 'route_unknown')
  }
})

test('HTTP/1.0 without Host is served and its connection closed', async () => {
  const connection = open(port)
  connection.write('GET /hello HTTP/1.0\r\n\r\n')
  const [answer] = await connection.answers(1)
  expect([answer?.status, answer?.headers.connection]).toEqual([200, 'close'])
  await connection.closed
})

test('an upgrade is ignored', async () => {
  const answer = await exchange(port, `GET /hello HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
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
  const answer = await exchange(port, `GET /echo HTTP/1.1\r\n${host}${lines.join('\r\n')}\r\n\r\n`)
  expect(JSON.parse(answer.body)).toEqual([
    { name: 'authorization', value: 'a, b', count: 2 },
    { name: 'x-many', value: '1, 2', count: 2 },
    { name: 'idempotency-key', value: 'k, k', count: 2 },
  ])
})

test('more headers than Node keeps by default are all seen', async () => {
  const answer = await exchange(port, `GET /echo HTTP/1.1\r\n${host}${'a: b\r\n'.repeat(2100)}X-Many: 1\r\n\r\n`)
  expect(JSON.parse(answer.body)[1]).toEqual({ name: 'x-many', value: '1', count: 1 })
})

test('100 Continue is sent when the body is read', async () => {
  const connection = open(port)
  connection.write(post('Expect: 100-continue\r\nContent-Length: 2\r\n'))
  await expect.poll(connection.text).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  connection.write('{}')
  expect((await connection.answers(1))[0]?.status).toBe(201)
  connection.write(get)
  expect((await connection.answers(2))[1]?.status).toBe(200)
  connection.socket.destroy()
})

test('a request refused before its body is read gets no 100 Continue, and its connection ends', async () => {
  const connection = open(port)
  connection.write(post('Expect: 100-continue\r\nContent-Length: 5000\r\n'))
  const [answer] = await connection.answers(1)
  expect([answer?.status, answer?.headers.connection]).toEqual([413, 'close'])
  expect(connection.text()).not.toContain('100 Continue')
  await connection.closed
})

test('a short body that nobody reads does not cost the connection', async () => {
  const connection = open(port)
  const body = JSON.stringify('x'.repeat(20_000))
  connection.write(`POST /nowhere HTTP/1.1\r\n${host}Content-Length: ${body.length}\r\n\r\n`)
  expect((await connection.answers(1))[0]?.status).toBe(404)
  connection.write(body + get)
  const answers = await connection.answers(2)
  expect(answers.map(({ status }) => status)).toEqual([404, 200])
  connection.socket.destroy()
})

test('a long body that nobody reads ends the connection, and the answer arrives', async () => {
  const connection = open(port)
  connection.write(`POST /nowhere HTTP/1.1\r\n${host}Content-Length: 900000\r\n\r\n`)
  for (let sent = 0; sent < 900_000; sent += 100_000) connection.write(Buffer.alloc(100_000))
  connection.write(get)
  const [answer] = await connection.answers(1)
  expect([answer?.status, answer?.headers.connection]).toEqual([404, 'close'])
  connection.socket.end()
  expect(await connection.closed).toBeUndefined()
  expect(connection.text().match(/HTTP\/1\.1 /g)).toHaveLength(1)
})

test('an endless body is not read for ever', async () => {
  const connection = open(port)
  connection.write(post('Transfer-Encoding: chunked\r\n'))
  const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`
  const pour = () => {
    while (!connection.socket.destroyed && connection.socket.write(chunk));
  }
  connection.socket.on('drain', pour)
  pour()
  expect((await connection.answers(1))[0]?.status).toBe(413)
  await connection.closed
  await expectAlive()
})

test('pipelined requests are answered in their order', async () => {
  const connection = open(port)
  connection.write(`GET /slow HTTP/1.1\r\n${host}\r\n${get}${post('Content-Length: 2\r\n', '{}')}`)
  await expect.poll(() => sample.gates.length).toBeGreaterThan(0)
  expect(connection.text()).toBe('')
  for (const release of sample.gates.splice(0)) release()
  const answers = await connection.answers(3)
  expect(answers.map(({ body }) => body)).toEqual(['{"slow":true}', '{"hello":"world"}', '{"id":"ch_1","body":{}}'])
  connection.socket.destroy()
})

test('garbage behind a request that is still running waits for its answer', async () => {
  const connection = open(port)
  connection.write(`GET /slow HTTP/1.1\r\n${host}\r\n@@@@ nonsense\r\n\r\n`)
  await expect.poll(() => sample.gates.length).toBeGreaterThan(0)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(connection.text()).toBe('')
  for (const release of sample.gates.splice(0)) release()
  const answers = await connection.answers(2)
  expect(answers.map(({ status }) => status)).toEqual([200, 400])
  await connection.closed
})

test('garbage behind a stream that is being sent does not get into it', async () => {
  const connection = open(port)
  connection.write(`GET /stream HTTP/1.1\r\n${host}\r\n@@@@ nonsense\r\n\r\n`)
  await connection.closed
  expect(connection.text()).toMatch(/three\r\n0\r\n\r\nHTTP\/1\.1 400 /)
})

test('a request cut off by the end of the connection is answered 400', async () => {
  for (const bytes of ['GET /hello HTTP/1.1\r\nHos', post('Content-Length: 5\r\n', '{"')]) {
    const connection = open(port)
    connection.socket.end(bytes)
    expectRefusal((await connection.answers(1))[0] as RawAnswer, 400, 'request_malformed')
    await connection.closed
  }
})

test('a connection on which nothing came is closed without a word, and none is logged', async () => {
  const before = sample.events.length
  const connection = open(port)
  await connection.closed
  expect(connection.text()).toBe('')
  expect(sample.events.length).toBe(before)
})

test('a caller who goes away aborts the handler, and is not answered', async () => {
  const before = sample.aborted.length
  const connection = open(port)
  connection.write(`GET /slow HTTP/1.1\r\n${host}\r\n`)
  await expect.poll(() => sample.gates.length).toBeGreaterThan(0)
  connection.socket.destroy()
  await expect.poll(() => sample.aborted.length).toBe(before + 1)
  for (const release of sample.gates.splice(0)) release()
  await expectAlive()
})

test('a caller who goes away in the middle of a stream cancels it', async () => {
  const before = sample.events.length
  const connection = open(port)
  connection.write(`GET /endless-stream HTTP/1.1\r\n${host}\r\n`)
  await expect.poll(connection.text).toContain('more ')
  connection.socket.destroy()
  await expect.poll(() => sample.aborted.at(-1)).toBe('/endless-stream')
  expect(sample.events.slice(before).filter(({ cause }) => cause !== undefined)).toEqual([])
})

test('a caller who does not read the answer is cut off', async () => {
  const connection = open(port)
  connection.socket.pause()
  connection.write(`GET /large HTTP/1.1\r\n${host}\r\n`)
  const sockets = () => new Promise<number>((resolve) => server.server.getConnections((_, count) => resolve(count)))
  await expect.poll(sockets).toBeGreaterThan(0)
  await expect.poll(sockets, { timeout: 5000 }).toBe(0)
  connection.socket.destroy()
  await expectAlive()
})

test('a stream that fails cuts the connection and is logged once', async () => {
  for (const version of ['1.1', '1.0']) {
    const before = sample.events.length
    const connection = open(port)
    connection.write(`GET /broken-stream HTTP/${version}\r\n${host}\r\n`)
    const failure = await connection.closed
    expect(connection.text()).not.toContain('0\r\n\r\n')
    if (version === '1.0') expect(failure).toMatchObject({ code: 'ECONNRESET' })
    const failures = sample.events.slice(before).filter(({ cause }) => cause?.includes('the disk is gone'))
    expect(failures).toEqual([expect.objectContaining({ path: '/broken-stream', source: 'handler', declared: false })])
    expect(connection.text()).toContain(failures[0]?.requestId)
  }
})

test('a stream shorter than its stated length cuts the connection', async () => {
  const connection = open(port)
  connection.write(`GET /short-stream HTTP/1.1\r\n${host}\r\n`)
  await connection.closed
  expect(connection.text()).toMatch(/\r\n\r\none$/)
})

test('HEAD of a stream has no body and keeps the connection', async () => {
  const connection = open(port)
  connection.write(`HEAD /stream HTTP/1.1\r\n${host}\r\n${get}`)
  await expect.poll(connection.text).toContain('{"hello":"world"}')
  expect(connection.text()).not.toContain('one')
  connection.socket.destroy()
})

test('health is answered before the API, to GET and HEAD only', async () => {
  const live = await exchange(port, `GET /livez HTTP/1.1\r\n${host}\r\n`)
  expect([live.status, live.body, live.headers['cache-control']]).toEqual([200, '{"status":"ok"}', 'no-store'])
  const ready = await exchange(port, `GET /readyz?verbose HTTP/1.1\r\n${host}\r\n`)
  expect([ready.status, ready.body]).toEqual([200, '{"status":"ok"}'])
  const posted = await exchange(port, `POST /livez HTTP/1.1\r\n${host}Content-Length: 0\r\n\r\n`)
  expectRefusal(posted, 404, 'route_unknown')
})

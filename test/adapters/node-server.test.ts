import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { ListenError, listen, toNodeHandler } from '../../packages/culpa/src/adapters/node.ts'
import type { Handling } from '../../packages/culpa/src/server/mount.ts'
import type { Reply } from '../../packages/culpa/src/server/reply.ts'
import { exchange, open } from './raw-http.ts'
import { sampleApi } from './sample-api.ts'

const options = { port: 0, processFailures: 'crash' } as const
const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`

test('a port in use is refused in one line that names it and the remedy', async () => {
  const { api } = sampleApi()
  const first = await listen(api, options)
  onTestFinished(() => first.close())
  const failure = await listen(api, { ...options, port: first.port }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ListenError)
  const { message, code } = failure as ListenError
  expect(code).toBe('EADDRINUSE')
  expect(message).toContain(String(first.port))
  expect(message).toMatch(/^[^\n]*Remedy: [^\n]*$/)
  await expect(listen(api, { ...options, port: 70_000 })).rejects.toThrow(/70000.*Remedy/)
})

test('the API can be made from the address', async () => {
  const sample = sampleApi()
  let seen = ''
  const server = await listen(({ url, port }) => {
    seen = `${url} ${port}`
    return sample.api
  }, options)
  onTestFinished(() => server.close())
  expect(seen).toBe(`http://127.0.0.1:${server.port} ${server.port}`)
  expect((await exchange(server.port, request('/hello'))).status).toBe(200)
  expect((await exchange(server.port, '@@@\r\n\r\n')).status).toBe(400)
})

test('an API that cannot be made frees its port', async () => {
  let taken = 0
  const failing = listen(({ port }) => {
    taken = port
    throw new Error('no contract')
  }, options)
  await expect(failing).rejects.toThrow('no contract')
  const server = await listen(sampleApi().api, { ...options, port: taken })
  await server.close()
})

test('closing lets requests in flight finish, refuses new connections, fails readiness first', async () => {
  const { api, gates } = sampleApi()
  const server = await listen(api, { ...options, drainGraceMs: 1500 })
  const slow = open(server.port)
  slow.write(request('/slow'))
  await expect.poll(() => gates.length).toBe(1)

  const closed = server.close()
  const ready = await exchange(server.port, request('/readyz'))
  expect([ready.status, ready.body, ready.headers.connection]).toEqual([503, '{"status":"draining"}', 'close'])
  expect((await exchange(server.port, request('/livez'))).status).toBe(200)
  const late = await exchange(server.port, request('/hello'))
  expect([late.status, late.headers.connection]).toEqual([200, 'close'])

  const isRefused = async () => (await open(server.port).closed) !== undefined
  await expect.poll(isRefused, { timeout: 10_000 }).toBe(true)
  expect(slow.text()).toBe('')
  gates[0]?.()
  const [answer] = await slow.answers(1)
  expect([answer?.body, answer?.headers.connection]).toEqual(['{"slow":true}', 'close'])
  await closed
  await server.close()
})

test('closing ends idle connections, and those on which nothing came', async () => {
  const server = await listen(sampleApi().api, options)
  const idle = open(server.port)
  idle.write(request('/hello'))
  await idle.answers(1)
  const silent = open(server.port)
  await expect.poll(() => silent.socket.connecting).toBe(false)
  await server.close()
  expect(await idle.closed).toBeUndefined()
  expect(await silent.closed).toBeUndefined()
})

test('closing answers what came while the process had no time to look', async () => {
  const server = await listen(sampleApi().api, options)
  const [fresh, known] = [open(server.port), open(server.port)]
  known.write(request('/hello'))
  await known.answers(1)
  await expect.poll(() => fresh.socket.connecting).toBe(false)
  const closed = server.close()
  while (server.server.listening) await nextTurn()
  for (const connection of [fresh, known]) connection.write(request('/hello'))
  // Longer than idle connections are left alone.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250)
  expect((await fresh.answers(1)).map(({ status }) => status)).toEqual([200])
  expect((await known.answers(2)).map(({ status }) => status)).toEqual([200, 200])
  await closed
})

test('closing finishes a stream that is being sent', async () => {
  const server = await listen(sampleApi().api, options)
  const connection = open(server.port)
  connection.write(request('/stream'))
  await expect.poll(connection.text).toContain('one')
  await server.close()
  await connection.closed
  expect(connection.text()).toMatch(/three\r\n0\r\n\r\n$/)
})

test('closing answers every pipelined request', async () => {
  const { api, gates } = sampleApi()
  const server = await listen(api, options)
  const connection = open(server.port)
  connection.write(request('/slow') + request('/slow') + request('/hello'))
  await expect.poll(() => gates.length).toBe(2)
  const closed = server.close()
  gates[1]?.()
  await new Promise((resolve) => setTimeout(resolve, 20))
  gates[0]?.()
  const answers = await connection.answers(3)
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  await closed
})

test('no request is cut while a busy server closes, twenty times', async () => {
  for (let round = 0; round < 20; round++) {
    const server = await listen(sampleApi().api, options)
    const connections = Array.from({ length: 10 }, () => open(server.port))
    const counts = connections.map(async (connection) => {
      let sent = 0
      for (;;) {
        connection.write(request('/hello'))
        const answers = await connection.answers(++sent)
        if (answers.at(-1)?.headers.connection === 'close') return answers.every(({ status }) => status === 200)
      }
    })
    await new Promise((resolve) => setTimeout(resolve, 10))
    await server.close()
    expect(await Promise.all(counts)).toEqual(connections.map(() => true))
  }
})

function broken(reply: () => Promise<Reply> | Reply): Handling {
  const { api } = sampleApi()
  return { ...api, handle: reply }
}

test('a reply that cannot be written becomes internal_error', async () => {
  const replies: (() => Promise<Reply> | Reply)[] = [
    () => Promise.reject(new Error('no')),
    () => {
      throw new Error('no')
    },
    () => ({ status: 200, headers: [['x', 'a\nb']], body: 'x' }),
    () => ({ status: 9999, headers: [], body: 'x' }),
    () => undefined as never,
  ]
  for (const reply of replies) {
    const server = await listen(broken(reply), options)
    const answer = await exchange(server.port, request('/hello'))
    expect([answer.status, answer.headers['error-code']]).toEqual([500, 'internal_error'])
    await server.close()
  }
})

test('a text is written as long as it was counted, whatever its other headers say', async () => {
  const headers = [
    ['x-note', 'content-length'],
    ['3', ''],
    ['content-length', '6'],
  ] as const
  const server = await listen(
    broken(() => ({ status: 200, headers, body: 'äöü' })),
    options,
  )
  const connection = open(server.port)
  connection.write(request('/hello') + request('/livez'))
  const answers = await connection.answers(2)
  expect(answers.map(({ body }) => Buffer.from(body, 'latin1').toString())).toEqual(['äöü', '{"status":"ok"}'])
  await server.close()
})

test('a stream shorter than the length of its reply cuts the connection', async () => {
  const short = (): Reply => ({ status: 200, headers: [['content-length', '100']], body: new Blob(['one']).stream() })
  const server = await listen(broken(short), options)
  const connection = open(server.port)
  connection.write(request('/hello'))
  await connection.closed
  expect(connection.text()).toMatch(/\r\n\r\none$/)
  await server.close()
})

test('an API that cannot even refuse loses the connection, not the process', async () => {
  const refuse = () => {
    throw new Error('no')
  }
  const server = await listen({ ...broken(refuse), refuse }, options)
  for (const bytes of [request('/hello'), '@@@\r\n\r\n']) {
    const connection = open(server.port)
    connection.write(bytes)
    await connection.closed
    expect(connection.text()).toBe('')
  }
  expect((await exchange(server.port, request('/livez'))).status).toBe(200)
  await server.close()
})

test('an existing HTTP server can serve an API', async () => {
  const server = createServer(toNodeHandler(sampleApi().api)).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await expect.poll(() => server.listening).toBe(true)
  const { port } = server.address() as AddressInfo
  expect((await exchange(port, request('/hello'))).body).toBe('{"hello":"world"}')
})

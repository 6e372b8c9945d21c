import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openGenerator } from '../bench/load.ts'
import { provePeer } from '../bench/prove-peer.ts'
import { requireSameReply, seeReply } from '../bench/seen-reply.ts'
import { percentile } from '../bench/statistics.ts'

const request = 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A server that answers each request as told, whatever it is. */
async function answering(answer: (socket: Socket, count: number) => void): Promise<number> {
  let count = 0
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      answer(socket, count++)
      if (chunk.includes('connection: close')) socket.end()
    })
    socket.on('error', () => undefined)
  })
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as { port: number }).port
}

const sending = (text: string) => answering((socket) => void socket.write(text))
const open = (port: number) => openGenerator({ port, connections: 2, next: () => request, status: 200 })

test('a load counts whole answers, however they are cut', async () => {
  let asked = 0
  const port = await answering((socket) => {
    asked += 1
    socket.write('HTTP/1.1 200 OK\r\nContent-Len')
    setImmediate(() => socket.write('gth: 4\r\n\r\nab'))
    setTimeout(() => socket.write('cd'), 1)
  })
  const generator = await open(port)
  const { answered } = await generator.run(0.1)
  generator.close()
  expect(answered).toBe(asked)
  expect(answered).toBeGreaterThan(0)
})

test.each([
  ['another status', 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n'],
  ['no length', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['more than its length', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab'],
])('a load fails on an answer with %s', async (_, text) => {
  const generator = await open(await sending(text))
  await expect(generator.run(0.1)).rejects.toThrow('expected 200')
  await expect(
    (await open(await sending(text))).pace({ perSecond: 100, seconds: 0.1, intervals: 'even' }),
  ).rejects.toThrow('expected 200')
})

test('a load fails when a connection ends', async () => {
  const generator = await open(await answering((socket) => void socket.end()))
  await expect(generator.run(0.1)).rejects.toThrow('closed a connection')
})

test('a load at a fixed rate sends as many as were due, and charges a stall to all who waited for it', async () => {
  const good = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'
  const port = await answering(
    (socket, count) => void (count === 0 ? setTimeout(() => socket.write(good), 200) : socket.write(good)),
  )
  const generator = await openGenerator({ port, connections: 1, next: () => request, status: 200 })
  const times = await generator.pace({ perSecond: 1000, seconds: 0.1, intervals: 'even' })
  generator.close()
  expect(times).toHaveLength(100)
  // The last was due 99 ms after the first, which took 200.
  expect(Math.min(...times)).toBeGreaterThan(90_000)
})

test('requests at random moments are as many as those at even ones', async () => {
  const port = await sending('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
  const generator = await open(port)
  const times = await generator.pace({ perSecond: 1000, seconds: 0.1, intervals: 'random' })
  generator.close()
  expect(times).toHaveLength(100)
  expect(times.every((time) => time > 0)).toBe(true)
})

test('a server that checks nothing is not measured as a peer', async () => {
  const body = '{"id":"order_1","item":"item_1","quantity":2}'
  const head = `HTTP/1.1 200 OK\r\nratelimit: all\r\nrequest-id: req_1\r\ncontent-length: ${body.length}`
  const answer = (replayed: string) => `${head}${replayed}\r\n\r\n${body}`
  const port = await answering((socket, count) => {
    socket.write(answer(count === 0 ? '' : '\r\nidempotent-replayed: true'))
  })
  await expect(provePeer(port, 'a-key')).rejects.toThrow('so it is not measured: no key')
  await expect(provePeer(await sending(answer('')), 'a-key')).rejects.toThrow('a replay, the second time')
})

test('an answer with other bytes is not the same one', async () => {
  const [one, other] = await Promise.all(
    ['a', 'b'].map(async (body) => {
      return seeReply(
        await sending(`HTTP/1.1 200 OK\r\ndate: now\r\nx: y\r\ncontent-length: 1\r\n\r\n${body}`),
        request,
      )
    }),
  )
  expect(one).toEqual({
    status: 200,
    headers: [
      ['x', 'y'],
      ['content-length', '1'],
    ],
    text: 'a',
  })
  expect(() => requireSameReply(one as never, one as never)).not.toThrow()
  expect(() => requireSameReply(one as never, other as never)).toThrow('not the same answer')
})

test('a percentile is a value that was measured', () => {
  expect([0.5, 0.99, 1].map((share) => percentile([4, 1, 3, 2], share))).toEqual([2, 4, 4])
})

import { ServerResponse } from 'node:http'
import { expect, test, vi } from 'vitest'
import { get, host, post, wireServer } from './wire-server.ts'

const { connections, expectAlive, open, sample } = wireServer()

test('pipelined requests are answered in their order', async () => {
  const connection = open()
  connection.write(`GET /slow HTTP/1.1\r\n${host}\r\n${get}${post('Content-Length: 2\r\n', '{}')}`)
  await expect.poll(() => sample.gates.length).toBeGreaterThan(0)
  expect(connection.text()).toBe('')
  for (const release of sample.gates.splice(0)) release()
  const answers = await connection.answers(3)
  expect(answers.map(({ body }) => body)).toEqual(['{"slow":true}', '{"hello":"world"}', '{"id":"ch_1","body":{}}'])
  connection.socket.destroy()
})

test('requests in a row that nobody answers cost no more each, however many they are', async () => {
  const count = 1000
  const asked = vi.spyOn(ServerResponse.prototype, 'writableFinished', 'get')
  const connection = open()
  connection.write(`GET /slow HTTP/1.1\r\n${host}\r\n`.repeat(count))
  await expect.poll(() => sample.gates.length).toBe(count)
  const times = asked.mock.calls.length
  asked.mockRestore()
  for (const release of sample.gates.splice(0)) release()
  await connection.answers(count)
  connection.socket.destroy()
  expect(times).toBeLessThan(10 * count)
})

test('garbage behind a request that is still running waits for its answer', async () => {
  const connection = open()
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
  const connection = open()
  connection.write(`GET /stream HTTP/1.1\r\n${host}\r\n@@@@ nonsense\r\n\r\n`)
  await connection.closed
  expect(connection.text()).toMatch(/three\r\n0\r\n\r\nHTTP\/1\.1 400 /)
})

test('a connection on which nothing came is closed without a word, and none is logged', async () => {
  const before = sample.events.length
  const connection = open()
  await connection.closed
  expect(connection.text()).toBe('')
  expect(sample.events.length).toBe(before)
})

test('a CONNECT whose caller resets the connection harms nobody', async () => {
  const connection = open()
  connection.write(`CONNECT a:1 HTTP/1.1\r\n${host}\r\n`)
  connection.socket.resetAndDestroy()
  await connection.closed
  await expectAlive()
})

test('a reset of a connection that Node has let go of, with an answer still to come, harms nobody', async () => {
  const connection = open()
  connection.write(`GET /slow HTTP/1.1\r\n${host}\r\nCONNECT a:1 HTTP/1.1\r\n${host}\r\n`)
  await expect.poll(() => sample.gates.length).toBeGreaterThan(0)
  connection.socket.resetAndDestroy()
  await connection.closed
  for (const release of sample.gates.splice(0)) release()
  await expectAlive()
})

test('a caller who goes away aborts the handler, and is not answered', async () => {
  const before = sample.aborted.length
  const connection = open()
  connection.write(`GET /slow HTTP/1.1\r\n${host}\r\n`)
  await expect.poll(() => sample.gates.length).toBeGreaterThan(0)
  connection.socket.destroy()
  await expect.poll(() => sample.aborted.length).toBe(before + 1)
  for (const release of sample.gates.splice(0)) release()
  await expectAlive()
})

test('a caller who does not read the answer is cut off', async () => {
  const connection = open()
  connection.socket.pause()
  connection.write(`GET /large HTTP/1.1\r\n${host}\r\n`)
  await expect.poll(connections).toBeGreaterThan(0)
  await expect.poll(connections, { timeout: 5000 }).toBe(0)
  connection.socket.destroy()
  await expectAlive()
})

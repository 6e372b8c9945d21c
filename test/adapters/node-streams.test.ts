import { expect, test } from 'vitest'
import { get, host, wireServer } from './wire-server.ts'

const { open, sample } = wireServer()

test('a caller who goes away in the middle of a stream cancels it', async () => {
  const before = sample.events.length
  const connection = open()
  connection.write(`GET /endless-stream HTTP/1.1\r\n${host}\r\n`)
  await expect.poll(connection.text).toContain('more ')
  connection.socket.destroy()
  await expect.poll(() => sample.aborted.at(-1)).toBe('/endless-stream')
  expect(sample.events.slice(before).filter(({ cause }) => cause !== undefined)).toEqual([])
})

test('a stream that fails cuts the connection and is logged once', async () => {
  for (const version of ['1.1', '1.0']) {
    const before = sample.events.length
    const connection = open()
    connection.write(`GET /broken-stream HTTP/${version}\r\n${host}\r\n`)
    const failure = await connection.closed
    expect(connection.text()).not.toContain('0\r\n\r\n')
    if (version === '1.0') expect(failure).toMatchObject({ code: 'ECONNRESET' })
    const failures = sample.events.slice(before).filter(({ cause }) => cause?.includes('the disk is gone'))
    expect(failures).toEqual([expect.objectContaining({ path: '/broken-stream', source: 'handler', declared: false })])
    expect(connection.text()).toContain(failures[0]?.requestId)
  }
})

test('a length that a handler states for its stream is left out', async () => {
  const connection = open()
  connection.write(`GET /short-stream HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)
  await connection.closed
  expect(connection.text()).not.toMatch(/^content-length:/im)
  expect(connection.text()).toMatch(/\r\n\r\n3\r\none\r\n0\r\n\r\n$/)
})

test('HEAD of a stream has no body and keeps the connection', async () => {
  const connection = open()
  connection.write(`HEAD /stream HTTP/1.1\r\n${host}\r\n${get}`)
  await expect.poll(connection.text).toContain('{"hello":"world"}')
  expect(connection.text()).not.toContain('one')
  connection.socket.destroy()
})

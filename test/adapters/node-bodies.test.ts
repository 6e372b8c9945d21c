import { expect, test } from 'vitest'
import { get, host, post, wireServer } from './wire-server.ts'

const { expectAlive, open } = wireServer()

test('100 Continue is sent when the body is read', async () => {
  const connection = open()
  connection.write(post('Expect: 100-continue\r\nContent-Length: 2\r\n'))
  await expect.poll(connection.text).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  connection.write('{}')
  expect((await connection.answers(1))[0]?.status).toBe(201)
  connection.write(get)
  expect((await connection.answers(2))[1]?.status).toBe(200)
  connection.socket.destroy()
})

test('a request refused before its body is read gets no 100 Continue, and its connection ends', async () => {
  const connection = open()
  connection.write(post('Expect: 100-continue\r\nContent-Length: 5000\r\n'))
  const [answer] = await connection.answers(1)
  expect([answer?.status, answer?.headers.connection]).toEqual([413, 'close'])
  expect(connection.text()).not.toContain('100 Continue')
  await connection.closed
})

test('a short body that nobody reads does not cost the connection', async () => {
  const connection = open()
  const body = JSON.stringify('x'.repeat(20_000))
  connection.write(`POST /nowhere HTTP/1.1\r\n${host}Content-Length: ${body.length}\r\n\r\n`)
  expect((await connection.answers(1))[0]?.status).toBe(404)
  connection.write(body + get)
  const answers = await connection.answers(2)
  expect(answers.map(({ status }) => status)).toEqual([404, 200])
  connection.socket.destroy()
})

test('a long body that nobody reads ends the connection, and the answer arrives', async () => {
  const connection = open()
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
  const connection = open()
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

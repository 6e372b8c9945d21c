import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { abortedError, connectionError } from './connection-failures.ts'

test('a connection that did not come about was not sent, and names the code of the system', async () => {
  const server = createServer().listen(0)
  const { port } = server.address() as { port: number }
  await new Promise((done) => server.close(done))
  const cause: unknown = await fetch(`http://127.0.0.1:${port}`).catch((error: unknown) => error)
  expect(connectionError(cause)).toMatchObject({
    ...{ name: 'ApiConnectionError', type: 'api_connection_error', code: 'connection_failed', rawCode: 'ECONNREFUSED' },
    ...{ outcome: 'not_sent', message: 'No connection (ECONNREFUSED).' },
  })
})

test('once headers were there it was sent, whatever the cause says', () => {
  const cause = Object.assign(new Error('x'), { code: 'ECONNREFUSED' })
  expect(connectionError(cause, new Response())).toMatchObject({ code: 'connection_lost', outcome: 'unknown' })
})

test.each<[{ code?: string; syscall?: string }, string]>([
  [{ code: 'ENOTFOUND' }, 'not_sent'],
  [{ code: 'EAI_AGAIN', syscall: 'getaddrinfo' }, 'not_sent'],
  [{ code: 'EHOSTUNREACH', syscall: 'connect' }, 'not_sent'],
  [{ code: 'EHOSTUNREACH', syscall: 'read' }, 'unknown'],
  [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, 'not_sent'],
  [{ code: 'ETIMEDOUT', syscall: 'connect' }, 'not_sent'],
  [{ code: 'ConnectionRefused' }, 'not_sent'],
  [{ code: 'FailedToOpenSocket' }, 'not_sent'],
  [{ code: 'CERT_HAS_EXPIRED' }, 'not_sent'],
  [{ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'not_sent'],
  [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'not_sent'],
  [{ code: 'EPROTO', syscall: 'write' }, 'unknown'],
  [{ code: 'ECONNRESET', syscall: 'read' }, 'unknown'],
  [{ code: 'UND_ERR_SOCKET' }, 'unknown'],
  [{}, 'unknown'],
])('a cause with %j was %s', (parts, outcome) => {
  const cause = new TypeError('fetch failed', { cause: Object.assign(new Error('x'), parts) })
  const error = connectionError(cause)
  expect([error.outcome, error.rawCode]).toEqual([outcome, parts.code])
})

test('a body that was cut is a connection error with the bare TypeError as its cause', () => {
  expect(connectionError(new TypeError('terminated'), new Response())).toMatchObject({
    ...{ name: 'ApiConnectionError', code: 'connection_lost', outcome: 'unknown' },
    ...{ message: 'Connection lost.', cause: { message: 'terminated' } },
  })
})

test('a cause that traps is a lost connection', () => {
  const fail = () => {
    throw new Error('trap')
  }
  expect(connectionError(new Proxy({}, { get: fail }))).toMatchObject({ code: 'connection_lost' })
})

test('the caller’s abort keeps a copy of the reason', () => {
  expect(abortedError(new DOMException('The user left.', 'AbortError'))).toMatchObject({
    ...{ name: 'RequestAbortedError', type: 'request_aborted_error', code: 'aborted', outcome: 'unknown' },
    cause: { name: 'AbortError', message: 'The user left.' },
  })
})

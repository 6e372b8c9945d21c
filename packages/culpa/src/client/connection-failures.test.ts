import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { abortedError, connectionError, invalidResponseError, timeoutError } from './connection-failures.ts'

test('a connection that did not come about was not sent, and names the code of the system', async () => {
  const server = createServer().listen(0)
  const { port } = server.address() as { port: number }
  await new Promise((done) => server.close(done))
  const cause: unknown = await fetch(`http://127.0.0.1:${port}`).catch((error: unknown) => error)
  expect(connectionError({ cause, phase: 'connect' })).toMatchObject({
    ...{ name: 'ApiConnectionError', type: 'api_connection_error', code: 'connection_failed', rawCode: 'ECONNREFUSED' },
    ...{ outcome: 'not_sent', message: 'The API could not be reached (ECONNREFUSED).' },
  })
})

test('a body that was cut is a connection error with the bare TypeError as its cause', () => {
  expect(connectionError({ cause: new TypeError('terminated'), phase: 'exchange' })).toMatchObject({
    ...{ name: 'ApiConnectionError', code: 'connection_lost', outcome: 'unknown' },
    ...{ message: 'The connection broke before the response was whole.', cause: { message: 'terminated' } },
  })
})

test('a time-out has the type of a connection error and says how long was waited', () => {
  expect(timeoutError({ phase: 'exchange', timeoutMs: 30_000 })).toMatchObject({
    ...{ name: 'ApiTimeoutError', type: 'api_connection_error', code: 'timeout', outcome: 'unknown' },
    message: 'No whole response within 30000 ms.',
  })
})

test('the caller’s abort keeps a copy of the reason', () => {
  const reason = new DOMException('The user left.', 'AbortError')
  expect(abortedError({ cause: reason, phase: 'connect' })).toMatchObject({
    ...{ name: 'RequestAbortedError', type: 'request_aborted_error', code: 'aborted', outcome: 'not_sent' },
    cause: { name: 'AbortError', message: 'The user left.' },
  })
})

test('a success that is none says what is wrong with it', () => {
  const cause = new SyntaxError('Unexpected token')
  expect(invalidResponseError({ invalid: 'Not JSON.', cause, phase: 'exchange', status: 200 })).toMatchObject({
    ...{ name: 'InvalidResponseError', type: 'invalid_response_error', code: 'response_invalid', status: 200 },
    ...{ message: 'Not JSON.', outcome: 'unknown', cause: { name: 'SyntaxError' } },
  })
})

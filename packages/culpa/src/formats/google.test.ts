import { expect, test } from 'vitest'
import { google } from './google.ts'
import { declined, encodedBy, invalid } from './testing.suite.ts'

const bytes = encodedBy(google)

test('writes the canonical status, ErrorInfo, RetryInfo, Help and other details as Struct', () => {
  expect(bytes(declined)).toBe(
    '{"error":{"code":402,"message":"Your card was declined.","status":"FAILED_PRECONDITION","details":[' +
      '{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"CARD_DECLINED","domain":"docs.example.com",' +
      '"metadata":{"code":"card_declined","type":"card_error","param":"source","decline_code":"lost_card"}},' +
      '{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"12s"},' +
      '{"@type":"type.googleapis.com/google.rpc.Help","links":[{"description":"card_declined",' +
      '"url":"https://docs.example.com/errors/card_declined"}]},' +
      '{"@type":"type.googleapis.com/google.protobuf.Struct","value":{"attempts":2}}]}}',
  )
})

test('writes every violation into BadRequest', () => {
  expect(bytes(invalid)).toBe(
    '{"error":{"code":422,"message":"The body is invalid.","status":"INVALID_ARGUMENT","details":[' +
      '{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"VALIDATION_FAILED","domain":"culpa",' +
      '"metadata":{"code":"validation_failed","type":"invalid_request_error"}},' +
      '{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[' +
      '{"field":"email","description":"Is no address.","reason":"PARAMETER_INVALID"},' +
      '{"field":"items.0.qty","description":"Must be at least 1.","reason":"TOO_SMALL"}]}]}}',
  )
})

test('details never replace the code, the type or the parameter in metadata', () => {
  const details = { code: 'x', type: 'y', param: 'z' }
  const decoded = google.decode(google.encode({ ...declined, details }))
  expect(decoded).toMatchObject({ code: 'card_declined', type: 'card_error', param: 'source', details })
})

test('folds a status that Google does not map by its class', () => {
  expect(google.encode({ ...declined, status: 418 })).toMatchObject({ error: { status: 'INVALID_ARGUMENT' } })
  expect(google.encode({ ...declined, status: 507 })).toMatchObject({ error: { status: 'INTERNAL' } })
})

test('reads an error of a Google API', () => {
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'QUOTA', metadata: { zone: 'eu', n: 1 } }
  const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' }
  const error = { code: 429, message: 'Slow down.', status: 'RESOURCE_EXHAUSTED', details: [null, retry, info] }
  const first = { code: 'quota', message: 'Slow down.', details: { zone: 'eu', n: 1 } }
  expect(google.decode({ error })).toEqual({ ...first, status: 429, retryAfterSeconds: 1.5, problems: [first] })
})

test('reads the canonical status as code where ErrorInfo is missing', () => {
  expect(google.decode({ error: { code: 404, status: 'NOT_FOUND' } })).toMatchObject({ code: 'not_found', status: 404 })
})

import { expect, test } from 'vitest'
import { jsonapi } from './jsonapi.ts'
import { declined, encodedBy, invalid, several } from './testing.suite.ts'

const bytes = encodedBy(jsonapi)

test('writes an error object with type, details and waiting time in meta', () => {
  expect(bytes(declined)).toBe(
    '{"errors":[{"status":"402","code":"card_declined","title":"Payment Required","detail":"Your card was declined.",' +
      '"source":{"parameter":"source"},"links":{"about":"https://docs.example.com/errors/card_declined"},' +
      '"meta":{"type":"card_error","details":{"decline_code":"lost_card","attempts":2},"retry_after":12}}]}',
  )
})

test('points at every violation', () => {
  expect(bytes(invalid)).toBe(
    '{"errors":[{"status":"422","code":"parameter_invalid","title":"Unprocessable Content","detail":"Is no address.",' +
      '"source":{"pointer":"/email"},"meta":{"type":"invalid_request_error"}},' +
      '{"status":"422","code":"too_small","title":"Unprocessable Content","detail":"Must be at least 1.",' +
      '"source":{"pointer":"/items/0/qty"},"meta":{"type":"invalid_request_error"}}]}',
  )
})

test('links the page only where it is about the code', () => {
  expect(bytes(several)).toBe(
    '{"errors":[{"status":"400","code":"amount_too_small","title":"Bad Request","detail":"Too small.",' +
      '"source":{"parameter":"amount"},"links":{"about":"/errors/amount_too_small"},' +
      '"meta":{"type":"invalid_request_error"}},' +
      '{"status":"400","code":"card_declined","title":"Bad Request","detail":"Declined.",' +
      '"meta":{"type":"card_error","details":{"decline_code":"lost_card"}}}]}',
  )
})

test('reads foreign error objects', () => {
  const body = {
    errors: [
      { title: 'No.', status: 403, source: { header: 'x-key' }, links: { about: { href: '/e' } }, meta: { hint: 1 } },
      { id: 7 },
    ],
  }
  const first = { message: 'No.', param: 'x-key', details: { hint: 1 } }
  expect(jsonapi.decode(body)).toEqual({ ...first, status: 403, docUrl: '/e', problems: [first] })
})

// The requests that are measured, as the bytes that go out.
import type { NextRequest } from './load.ts'

const order = { item: 'item_1', quantity: 2, note: 'Leave it at the door.' }
const orderText = JSON.stringify(order)
const badOrderText = JSON.stringify({ ...order, quantity: 0 })

let keyed = 0

/** One text with a head and, where it has one, a body. */
export function requestText(line: string, headers: readonly string[], body = ''): string {
  const length = body === '' ? [] : ['content-type: application/json', `content-length: ${body.length}`]
  return `${[`${line} HTTP/1.1`, 'host: localhost', ...headers, ...length].join('\r\n')}\r\n\r\n${body}`
}

const bearer = (key: string) => `authorization: Bearer ${key}`

export function getItem(key: string): NextRequest {
  return always(requestText('GET /items/item_1', [bearer(key)]))
}

/** One of the operations that are there to be many. */
export function getOf(index: number, key: string): NextRequest {
  return always(requestText(`GET /other${String(index).padStart(5, '0')}/item_1`, [bearer(key)]))
}

/** Each with an idempotency key of its own, all of one length: a key that came before would be replayed. */
export function postOrder(key: string): NextRequest {
  const text = keyedPost(key, 'KEY', order)
  const [before, after] = text.split('KEY') as [string, string]
  return () => `${before}order_${String(keyed++).padStart(12, '0')}${after}`
}

/** An order with an idempotency key. */
export function keyedPost(key: string, idempotencyKey: string, body: unknown): string {
  return requestText('POST /orders', [bearer(key), `idempotency-key: ${idempotencyKey}`], JSON.stringify(body))
}

/** Requests that are refused, by the status of the answer. */
export const refused: Readonly<Record<number, (key: string) => NextRequest>> = {
  400: (key) => always(requestText('POST /orders', [bearer(key)], orderText.slice(0, -1))),
  401: () => always(requestText('GET /items/item_1', [])),
  404: (key) => always(requestText('GET /nothing', [bearer(key)])),
  405: (key) => always(requestText('DELETE /items/item_1', [bearer(key)])),
  422: (key) => always(requestText('POST /orders', [bearer(key)], badOrderText)),
  429: (key) => always(requestText('GET /spent', [bearer(key)])),
}

function always(text: string): NextRequest {
  return () => text
}

import { h } from './dom.ts'
import type { Exchange } from './exchange.ts'
import { bodyView } from './message-view.ts'
import { addressOf } from './place.ts'
import { classOf, pretty } from './text.ts'

/** A request and its answer, as curl shows them. */
export function exchangeView({ request, response, sentBy, status, requestId }: Exchange): HTMLElement {
  return h(
    'article',
    { class: 'exchange' },
    h(
      'p',
      { class: 'exchange-head' },
      h('span', { class: `pill ${classOf(status)}` }, String(status)),
      h(
        'span',
        { class: 'muted' },
        sentBy === 'browser' ? 'sent by this browser' : 'sent by the server: a browser cannot',
      ),
      requestId !== '' &&
        h('a', { href: addressOf({ view: 'log', filters: { request_id: requestId } }) }, 'In the log'),
    ),
    h('div', { class: 'wire sent' }, bodyView('Request as sent', laidOut(request))),
    h('div', { class: 'wire' }, bodyView('Response as it came', laidOut(response))),
  )
}

/** Head as it is, body with line breaks where it is JSON. */
function laidOut(message: string): string {
  const end = message.indexOf('\r\n\r\n')
  if (end === -1) return message.replaceAll('\r\n', '\n')
  const body = message.slice(end + 4)
  const head = message.slice(0, end).replaceAll('\r\n', '\n')
  return body === '' ? head : `${head}\n\n${pretty(body)}`
}

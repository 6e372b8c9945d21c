import type { MessageBody } from '../wire.ts'
import { h } from './dom.ts'
import { pretty } from './text.ts'

const longRun = /([A-Za-z0-9])\1{200,}/g

/** Headers and body of one side of an exchange. */
export function messageView(title: string, message: MessageBody | null): HTMLElement {
  const section = h('section', { class: 'message' }, h('h3', {}, title))
  if (message === null) {
    section.append(h('p', { class: 'muted' }, 'Not kept.'))
    return section
  }
  if (message.headers.length > 0) section.append(headerTable(title, message.headers))
  if (message.body !== null) section.append(bodyView(`${title} body`, pretty(message.body)))
  if (message.note !== null) section.append(h('p', { class: 'muted' }, `Body: ${message.note}.`))
  return section
}

function headerTable(title: string, headers: MessageBody['headers']): HTMLElement {
  const rows = headers.map(([name, value]) =>
    h('tr', {}, h('th', { scope: 'row' }, name.toLowerCase()), h('td', {}, marked(shortened(value)))),
  )
  return h('table', { class: 'headers', 'aria-label': `${title} headers` }, h('tbody', {}, ...rows))
}

/** Text that keeps its line breaks and can be scrolled with the keyboard. */
export function bodyView(label: string, text: string): HTMLElement {
  return h('pre', { class: 'body', tabindex: 0, role: 'region', 'aria-label': label }, marked(shortened(text)))
}

/** What was struck out is to be seen as such. */
function marked(text: string): HTMLElement {
  const parts = text
    .split('[redacted]')
    .flatMap((part, index) => (index === 0 ? [part] : [h('span', { class: 'redacted' }, '[redacted]'), part]))
  return h('span', {}, ...parts)
}

/** Padding is told, not shown. */
export function shortened(text: string): string {
  return text.replace(longRun, (run, char: string) => `${char.repeat(24)}… (${run.length} times "${char}")`)
}

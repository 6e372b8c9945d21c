import type { EntryBody, SystemBody } from '../wire.ts'
import { h } from './dom.ts'
import { canSend, send } from './exchange.ts'
import { exchangeView } from './exchange-view.ts'

/** What a browser or the connection sets by itself. */
const own =
  /^(?:host|connection|content-length|user-agent|accept-encoding|accept-language|origin|referer|priority|cookie|sec-.*)$/i

/** Sends a logged request once more, from this browser, with credentials typed in or a public test key. */
export function replayForm(entry: EntryBody, system: SystemBody | undefined) {
  const answer = h('div', { class: 'answers', 'aria-live': 'polite' })
  const kept = (entry.request?.headers ?? []).filter(
    ([name]) => !own.test(name) && name.toLowerCase() !== 'authorization',
  )
  const keys = Object.entries(system?.keys ?? {})
  const credential = h('input', {
    class: 'input mono',
    name: 'authorization',
    autocomplete: 'off',
    spellcheck: 'false',
  })
  credential.value = keys[0] === undefined ? '' : `Bearer ${keys[0][1]}`
  const headers = h('textarea', {
    class: 'input mono',
    name: 'headers',
    rows: Math.min(6, kept.length + 1),
    spellcheck: 'false',
  })
  headers.value = kept.map(([name, value]) => `${name}: ${value}`).join('\n')
  const body = h('textarea', { class: 'input mono', name: 'body', rows: 5, spellcheck: 'false' })
  body.value = entry.request?.body ?? ''
  const target = h('input', { class: 'input mono', name: 'target', spellcheck: 'false' })
  target.value = entry.target
  const button = h('button', { type: 'button', class: 'button', 'aria-expanded': 'false' }, 'Replay')
  const hasGaps =
    [headers.value, body.value, target.value].some((text) => text.includes('[redacted]')) || entry.request?.note
  const element = h(
    'form',
    { class: 'replay', hidden: true, 'aria-label': 'Replay' },
    hasGaps &&
      h('p', { class: 'notice' }, 'Parts of this request were struck out or cut. Fill them in before you send it.'),
    field('Path and query', target),
    field('Authorization', credential, keyChoice(keys, credential)),
    field('Other headers', headers),
    entry.method === 'GET' || entry.method === 'HEAD' ? null : field('Body', body),
    h('button', { type: 'submit', class: 'button strong' }, `Send ${entry.method}`),
    answer,
  )

  button.addEventListener('click', () => {
    element.hidden = !element.hidden
    button.setAttribute('aria-expanded', String(!element.hidden))
    if (!element.hidden) credential.focus()
  })
  element.addEventListener('submit', (event) => {
    event.preventDefault()
    void run()
  })

  async function run(): Promise<void> {
    answer.replaceChildren(h('p', { class: 'muted' }, 'Sending …'))
    const step = {
      method: entry.method,
      path: target.value.startsWith('/') ? target.value : `/${target.value}`,
      headers: { ...parseHeaders(headers.value), ...(credential.value && { authorization: credential.value }) },
      body: body.value === '' ? null : body.value,
    }
    if (!canSend(step)) {
      answer.replaceChildren(
        h(
          'p',
          { class: 'notice' },
          'A browser does not send one of these headers, or this method. Copy the request as curl instead.',
        ),
      )
      return
    }
    try {
      answer.replaceChildren(exchangeView(await send(step)))
    } catch (error) {
      answer.replaceChildren(
        h('p', { class: 'notice' }, `The request was not sent: ${error instanceof Error ? error.message : error}`),
      )
    }
  }

  return { button, element }
}

function keyChoice(keys: readonly [string, string][], credential: HTMLInputElement): HTMLElement | null {
  if (keys.length === 0) return null
  const select = h('select', { class: 'select', 'aria-label': 'Test key' })
  for (const [name, key] of keys) select.append(h('option', { value: key }, `test key: ${name}`))
  select.append(h('option', { value: '' }, 'none'))
  select.addEventListener('change', () => {
    credential.value = select.value === '' ? '' : `Bearer ${select.value}`
  })
  return select
}

function field(name: string, ...inputs: (HTMLElement | null)[]): HTMLElement {
  return h('label', { class: 'field' }, h('span', {}, name), ...inputs)
}

function parseHeaders(text: string): Record<string, string> {
  const pairs = text.split('\n').flatMap((line) => {
    const end = line.indexOf(':')
    return end < 1 ? [] : [[line.slice(0, end).trim().toLowerCase(), line.slice(end + 1).trim()]]
  })
  return Object.fromEntries(pairs) as Record<string, string>
}

import type { AboutBody, EntryBody } from '../wire.ts'
import { entry as fetchEntry } from './console-api.ts'
import { curlOfEntry } from './curl.ts'
import { copyButton, h, link } from './dom.ts'
import { messageView } from './message-view.ts'
import { replayForm } from './replay-form.ts'
import { badgeOf, badgeTitles, classOf, durationOf } from './text.ts'

export interface DetailEvents {
  readonly close: () => void
  /** Shows only lines with this value of a filter. */
  readonly narrow: (name: 'code' | 'operation' | 'request_id', value: string) => void
}

/** The panel with all that is known of one request. */
export function createDetailView(about: AboutBody, events: DetailEvents) {
  const content = h('div', { class: 'panel-content' })
  const heading = h('h2', { tabindex: -1, class: 'panel-title' }, 'Request')
  const closeButton = h(
    'button',
    { type: 'button', class: 'button quiet', onclick: events.close, 'aria-label': 'Close details' },
    'Close',
  )
  const element = h(
    'section',
    { class: 'panel', 'aria-label': 'Details', hidden: true },
    h('div', { class: 'panel-head' }, heading, closeButton),
    content,
  )
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') events.close()
  })
  let shown: number | undefined

  async function show(id: number | undefined, { focus = false } = {}): Promise<void> {
    element.hidden = id === undefined
    if (id === shown) return
    shown = id
    if (id === undefined) return content.replaceChildren()
    try {
      const entry = await fetchEntry(id)
      if (shown !== id) return
      content.replaceChildren(...detailsOf(entry, about, events))
      element.scrollTop = 0
    } catch (error) {
      if (shown !== id) return
      // Asked for again, it is read again.
      shown = undefined
      content.replaceChildren(h('p', { class: 'notice' }, error instanceof Error ? error.message : String(error)))
    }
    if (focus) heading.focus()
  }

  return { element, show }
}

function detailsOf(entry: EntryBody, about: AboutBody, events: DetailEvents): HTMLElement[] {
  const system = about.systems.find(({ name }) => name === entry.system)
  const declared = system?.codes.find(({ code }) => code === entry.code)
  const replay = replayForm(entry, system)
  const isOwn = entry.code !== null && (declared !== undefined || system === undefined)
  return [
    h(
      'div',
      { class: 'summary' },
      h(
        'p',
        { class: 'verdict' },
        h('span', { class: `pill ${classOf(entry.status)}` }, String(entry.status)),
        h('strong', { class: 'mono' }, entry.code ?? 'success'),
        badge(entry),
      ),
      h('p', { class: 'mono request-line' }, `${entry.method} ${entry.target}`),
      declared && h('p', {}, declared.message),
    ),
    h(
      'div',
      { class: 'actions' },
      copyButton('Copy as curl', () => curlOfEntry(entry, location.origin)),
      replay.button,
      isOwn && system !== undefined && linkToCode(system.docs, entry.code ?? ''),
    ),
    replay.element,
    factsOf(entry, events),
    ...(entry.cause === null
      ? []
      : [
          h(
            'section',
            { class: 'message' },
            h('h3', {}, 'Cause, never sent to a caller'),
            h('pre', { class: 'body', tabindex: 0, role: 'region', 'aria-label': 'Cause' }, entry.cause),
          ),
        ]),
    messageView('Request', entry.request),
    messageView('Response', entry.reply),
  ]
}

export function linkToCode(docs: string, code: string): HTMLElement {
  const element = link(`${docs}/${encodeURIComponent(code)}`, 'Reference of this code')
  element.classList.add('button')
  return element
}

function badge(entry: EntryBody): HTMLElement | null {
  const kind = badgeOf(entry)
  return kind === '' ? null : h('span', { class: `badge ${kind}`, title: badgeTitles[kind] }, kind)
}

function factsOf(entry: EntryBody, { narrow }: DetailEvents): HTMLElement {
  const { caller } = entry
  const filter = (name: Parameters<typeof narrow>[0], value: string) =>
    h(
      'button',
      { type: 'button', class: 'link mono', title: 'Show only these', onclick: () => narrow(name, value) },
      value,
    )
  const facts: [string, HTMLElement | string | null][] = [
    ['Time', new Date(entry.at).toISOString().replace('T', ' ').replace('Z', ' UTC')],
    ['Latency', durationOf(entry.duration_ms)],
    ['Request id', entry.request_id === '' ? null : filter('request_id', entry.request_id)],
    ['System', entry.system],
    ['Operation', entry.operation === null ? null : filter('operation', entry.operation)],
    ['Code', entry.code === null ? null : filter('code', entry.code)],
    ['Source', entry.source],
    [
      'Caller',
      caller && `${caller.tenant || '—'} · key ${caller.key_id}${caller.environment && ` · ${caller.environment}`}`,
    ],
    ['Trace', entry.trace_id],
  ]
  const rows = facts.flatMap(([name, value]) => (value ? [h('dt', {}, name), h('dd', {}, value)] : []))
  return h('dl', { class: 'facts' }, ...rows)
}

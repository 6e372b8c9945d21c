import type { AboutBody, RunnableBody, SystemBody, TriggerBody } from '../wire.ts'
import { linkToCode } from './detail-view.ts'
import { copyButton, h } from './dom.ts'
import { runTrigger } from './exchange.ts'
import { exchangeView } from './exchange-view.ts'
import { go, type Place } from './place.ts'
import { classOf } from './text.ts'

/** Every code of every system with the button that provokes it. */
export function createTryView(about: AboutBody) {
  const list = h('div', { class: 'try-list' })
  const result = h('section', { class: 'panel try-result', 'aria-label': 'Exchange', 'aria-live': 'polite' })
  const systems = about.systems.filter(({ triggers }) => triggers.length > 0)
  const select = h('select', { class: 'select', 'aria-label': 'System' })
  for (const { name } of systems) select.append(h('option', { value: name }, name))
  select.addEventListener('change', () => go({ filters: { system: select.value }, trigger: undefined }))
  const element = h(
    'section',
    { class: 'try', 'aria-label': 'Try it' },
    h('div', { class: 'view-head' }, h('h2', {}, 'Provoke a code'), select),
    h('div', { class: 'split' }, list, result),
  )
  let shownSystem: string | undefined
  let shownTrigger: string | undefined

  function show({ filters, trigger }: Place): void {
    const system = systems.find(({ name }) => name === filters.system) ?? systems[0]
    if (system === undefined) {
      list.replaceChildren(
        h('p', { class: 'empty' }, 'This API came without triggers: nothing here knows how to provoke its codes.'),
      )
      result.hidden = true
      return
    }
    select.value = system.name
    if (system.name !== shownSystem) list.replaceChildren(...rowsOf(system, run))
    if (system.name !== shownSystem || trigger !== shownTrigger) result.replaceChildren(...contentOf(system, trigger))
    result.classList.toggle('chosen', trigger !== undefined)
    shownSystem = system.name
    shownTrigger = trigger
    mark(trigger)
  }

  /** What stands there before something was run. */
  function contentOf(system: SystemBody, id: string | undefined): HTMLElement[] {
    const index = Number(id?.split('/')[1] ?? Number.NaN)
    const trigger = system.triggers[index]
    if (trigger?.steps === undefined) return introduction(system)
    const button = h(
      'button',
      { type: 'button', class: 'button strong', onclick: () => void run(system, index) },
      'Run',
    )
    return [...headOf(system, trigger), button]
  }

  function headOf(system: SystemBody, trigger: RunnableBody): HTMLElement[] {
    const close = () => go({ trigger: undefined })
    return [titleOf(trigger, close), actionsOf(system, trigger, about.origin)]
  }

  function mark(trigger: string | undefined): void {
    for (const row of list.querySelectorAll<HTMLElement>('[data-trigger]')) {
      if (row.dataset.trigger === trigger) row.setAttribute('aria-current', 'true')
      else row.removeAttribute('aria-current')
    }
  }

  async function run(system: SystemBody, index: number): Promise<void> {
    const trigger = system.triggers[index] as RunnableBody
    const id = `${system.name}/${index}`
    shownTrigger = id
    go({ filters: { system: system.name }, trigger: id })
    const head = headOf(system, trigger)
    result.replaceChildren(...head, h('p', { class: 'muted' }, 'Running …'))
    try {
      const exchanges = await runTrigger(system.name, index, trigger)
      if (shownTrigger !== id) return
      result.replaceChildren(...head, ...exchanges.map(exchangeView).toReversed())
    } catch (error) {
      if (shownTrigger !== id) return
      result.replaceChildren(
        ...head,
        h('p', { class: 'notice' }, error instanceof Error ? error.message : String(error)),
      )
    }
    result.scrollTop = 0
  }

  return { element, show }
}

function titleOf({ status, code, cause }: TriggerBody, close: () => void): HTMLElement {
  const title = h(
    'h3',
    { class: 'verdict' },
    h('span', { class: `pill ${classOf(status)}` }, String(status)),
    h('span', { class: 'mono' }, code),
    cause !== undefined && h('span', { class: 'muted' }, cause),
  )
  const button = h('button', { type: 'button', class: 'button quiet overlay-only', onclick: close }, 'Close')
  return h('div', { class: 'try-head' }, title, button)
}

function actionsOf(system: SystemBody, { curl, code }: RunnableBody, origin: string): HTMLElement {
  const command = () => curl.replaceAll(origin, location.origin)
  return h('div', { class: 'actions' }, copyButton('Copy as curl', command), linkToCode(system.docs, code))
}

function introduction({ name, base, docs, keys }: SystemBody): HTMLElement[] {
  const rows = Object.entries(keys).map(([key, value]) =>
    h('tr', {}, h('th', { scope: 'row' }, key), h('td', { class: 'mono' }, value)),
  )
  return [
    h('h3', {}, name),
    h(
      'p',
      {},
      'Run a code: its real requests are sent to ',
      h('span', { class: 'mono' }, base),
      ', and what comes back is shown here, newest first, as curl would show it.',
    ),
    h('p', {}, h('a', { href: docs }, `Reference of ${name}`)),
    h('h3', {}, 'Test keys'),
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Test keys' },
      h('table', { class: 'headers' }, h('tbody', {}, ...rows)),
    ),
  ]
}

function rowsOf(system: SystemBody, run: (system: SystemBody, index: number) => Promise<void>): HTMLElement[] {
  const statuses = [...new Set(system.triggers.map(({ status }) => status))].sort((a, b) => a - b)
  return statuses.map((status) => {
    const rows = system.triggers.flatMap((trigger, index) =>
      trigger.status === status ? [row(system, trigger, index, run)] : [],
    )
    return h(
      'section',
      { class: 'try-status' },
      h('h3', {}, h('span', { class: `pill ${classOf(status)}` }, String(status))),
      h('ul', {}, ...rows),
    )
  })
}

function row(
  system: SystemBody,
  trigger: TriggerBody,
  index: number,
  run: (system: SystemBody, index: number) => Promise<void>,
): HTMLElement {
  const { code, cause, cannot } = trigger
  const name = h(
    'span',
    { class: 'try-code' },
    h('span', { class: 'mono' }, code),
    h('small', {}, cannot ?? cause ?? ''),
  )
  if (cannot !== undefined)
    return h('li', { class: 'try-row' }, name, h('span', { class: 'muted' }, 'not from outside'))
  const label = `Run ${code}${cause === undefined ? '' : `, ${cause}`}`
  const button = h(
    'button',
    { type: 'button', class: 'button', 'aria-label': label, onclick: () => void run(system, index) },
    'Run',
  )
  return h('li', { class: 'try-row', 'data-trigger': `${system.name}/${index}` }, name, button)
}

import type { CountsBody, GroupBody } from '../wire.ts'
import { chart } from './chart.ts'
import { counts } from './console-api.ts'
import { h } from './dom.ts'
import { addressOf, type Filters, go, type Place } from './place.ts'
import { ago, classOf, count } from './text.ts'

const spans = [
  [15, 'Last 15 minutes'],
  [60, 'Last hour'],
  [1440, 'Last 24 hours'],
  [10_080, 'Last 7 days'],
] as const
const refreshMs = 3000

/** Requests by code and operation, with their number; and over time. */
export function createGroupsView() {
  const content = h('div', { class: 'groups-content' })
  const select = h('select', { class: 'select', 'aria-label': 'Time' })
  for (const [minutes, label] of spans) select.append(h('option', { value: minutes }, label))
  select.addEventListener('change', () => go({ minutes: Number(select.value) }))
  const onlyErrors = h('input', { type: 'checkbox' })
  onlyErrors.checked = true
  onlyErrors.addEventListener('change', () => draw())
  const element = h(
    'section',
    { class: 'groups', 'aria-label': 'Groups' },
    h(
      'div',
      { class: 'view-head' },
      h('h2', {}, 'By code and operation'),
      h('label', { class: 'check' }, onlyErrors, ' errors only'),
      select,
    ),
    content,
  )
  let shown: CountsBody | undefined
  let filters: Filters = {}
  let timer: ReturnType<typeof setTimeout> | undefined

  function draw(): void {
    if (shown === undefined) return
    const groups = shown.groups.filter(({ code }) => !onlyErrors.checked || code !== null)
    content.replaceChildren(
      chart(shown),
      groups.length === 0 ? h('p', { class: 'empty' }, 'Nothing failed in this time.') : table(groups, filters),
    )
  }

  async function refresh({ filters: wanted, minutes }: Place): Promise<void> {
    clearTimeout(timer)
    if (document.hidden) return
    try {
      shown = await counts(wanted, minutes, 90)
      filters = wanted
      // A new table would take the keyboard away from whoever is in the old one.
      if (!content.contains(document.activeElement)) draw()
    } catch (error) {
      content.replaceChildren(h('p', { class: 'notice' }, error instanceof Error ? error.message : String(error)))
    }
  }

  function show(place: Place): void {
    select.value = String(place.minutes)
    clearTimeout(timer)
    const again = () => {
      timer = setTimeout(() => void refresh(place).then(again), refreshMs)
    }
    void refresh(place).then(again)
  }

  return { element, show, hide: () => clearTimeout(timer) }
}

function table(groups: readonly GroupBody[], filters: Filters): HTMLElement {
  const most = Math.max(...groups.map((group) => group.count))
  const heads = [
    ['Requests', 'number'],
    ['Status', ''],
    ['Code', ''],
    ['Operation', 'operation'],
    ['System', 'system'],
    ['Last seen', 'last'],
  ] as const
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Groups of requests' },
    h(
      'table',
      { class: 'table' },
      h(
        'thead',
        {},
        h('tr', {}, ...heads.map(([name, className]) => h('th', { scope: 'col', class: className }, name))),
      ),
      h('tbody', {}, ...groups.map((group) => groupRow(group, filters, most))),
    ),
  )
}

function groupRow(
  { system, operation, status, code, declared, count: requests, last_at }: GroupBody,
  filters: Filters,
  most: number,
): HTMLElement {
  const narrowed = {
    ...filters,
    system,
    status: String(status),
    ...(code !== null && { code }),
    ...(operation !== null && { operation }),
  }
  const bar = h('meter', { class: 'share', min: 0, max: most, value: requests, 'aria-hidden': 'true' })
  return h(
    'tr',
    {},
    h('td', { class: 'number' }, bar, h('span', {}, count(requests))),
    h('td', {}, h('span', { class: `pill ${classOf(status)}` }, String(status))),
    h(
      'td',
      { class: 'mono' },
      h('a', { href: addressOf({ view: 'log', filters: narrowed }) }, code ?? 'success'),
      !declared && h('span', { class: 'badge undeclared' }, 'undeclared'),
      h('small', { class: 'small-only' }, `${operation ?? 'no operation'} · ${system}`),
    ),
    h('td', { class: 'mono operation' }, operation ?? h('span', { class: 'muted' }, 'no operation')),
    h('td', { class: 'system' }, system),
    h('td', { class: 'last' }, ago(last_at)),
  )
}

import type { LineBody } from '../wire.ts'
import { h, setText } from './dom.ts'
import { badgeOf, badgeTitles, classOf, durationOf, timeOf } from './text.ts'

/** The columns, in their order. */
export const columns = ['Time', 'Status', 'Code', 'Request', 'Caller', 'Latency', 'Source', 'Kind'] as const

/** A row of the list, used again for whatever line stands where it is. */
export interface LineRow {
  readonly element: HTMLElement
  /** `top` in pixels. */
  show(line: LineBody, index: number, top: number, isActive: boolean, isOpen: boolean): void
}

export function createLineRow(): LineRow {
  const cell = (name: string, ...children: HTMLElement[]) =>
    h('div', { role: 'gridcell', class: `cell ${name}` }, ...children)
  const time = cell('time')
  const statusPill = h('span', { class: 'pill' })
  const code = cell('code')
  const method = h('span', { class: 'method' })
  const target = h('span', { class: 'target' })
  const caller = cell('caller')
  const latency = cell('latency')
  const source = cell('source')
  const badge = h('span', { class: 'badge' })
  const request = cell('request', method, target)
  const element = h(
    'div',
    { role: 'row', class: 'line' },
    time,
    cell('status', statusPill),
    code,
    request,
    caller,
    latency,
    source,
    cell('kind', badge),
  )
  let shown: LineBody | undefined
  let place: number | undefined
  let from: number | undefined

  function fill(line: LineBody): void {
    const kind = badgeOf(line)
    setText(time, timeOf(line.at))
    setText(statusPill, line.status === 0 ? '—' : String(line.status))
    statusPill.className = `pill ${classOf(line.status)}`
    setText(code, line.code ?? '')
    setText(method, line.method)
    setText(target, line.target)
    request.title = line.operation ?? ''
    setText(caller, line.caller === null ? '' : line.caller.tenant || line.caller.key_id)
    caller.title = line.caller === null ? '' : `key ${line.caller.key_id}`
    setText(latency, durationOf(line.duration_ms))
    setText(source, line.source ?? '')
    setText(badge, kind)
    badge.className = `badge ${kind}`
    badge.title = badgeTitles[kind]
    element.id = `line-${line.id}`
    element.dataset.id = String(line.id)
  }

  return {
    element,
    show(line, index, top, isActive, isOpen) {
      if (shown !== line) fill(line)
      shown = line
      if (place !== index || from !== top) {
        element.setAttribute('aria-rowindex', String(index + 2))
        element.style.transform = `translateY(${top}px)`
      }
      place = index
      from = top
      const selected = String(isOpen)
      if (element.getAttribute('aria-selected') !== selected) element.setAttribute('aria-selected', selected)
      element.classList.toggle('active', isActive)
    },
  }
}

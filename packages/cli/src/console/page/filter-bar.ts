import type { AboutBody } from '../wire.ts'
import { h } from './dom.ts'
import { type FilterName, type Filters, go, place } from './place.ts'

const statusChoices = [
  ['', 'All'],
  ['2xx', '2xx'],
  ['4xx', '4xx'],
  ['5xx', '5xx'],
] as const
const sources = ['parser', 'guard', 'handler', 'upstream', 'encoder', 'process']
/** After the last key, before the list is read again. */
const typingMs = 250

/** The filters; each change is in the address. */
export function createFilterBar(about: AboutBody) {
  const fields: Partial<Record<FilterName, HTMLInputElement | HTMLSelectElement>> = {}
  const codes = [...new Set(about.systems.flatMap(({ codes }) => codes.map(({ code }) => code)))].sort()
  const operations = [...new Set(about.systems.flatMap(({ operations }) => operations))].sort()
  const radios = statusChoices.map(([value, label]) => {
    const input = h('input', { type: 'radio', name: 'class', value, onchange: () => change('status', value) })
    return { input, element: h('label', { class: 'choice' }, input, h('span', {}, label)) }
  })
  const more = h('button', { type: 'button', class: 'button small-only', 'aria-expanded': 'false' }, 'Filters')
  more.addEventListener('click', () => {
    const isOpen = element.classList.toggle('open')
    more.setAttribute('aria-expanded', String(isOpen))
  })
  const clear = h('button', { type: 'button', class: 'button quiet', onclick: () => go({ filters: {} }) }, 'Clear')

  function change(name: FilterName, value: string): void {
    const { [name]: _old, ...others } = place().filters
    go({ filters: value === '' ? others : { ...others, [name]: value } })
  }

  function select(name: FilterName, label: string, all: string, options: readonly string[]): HTMLElement {
    const element = h('select', { class: 'select', 'aria-label': label }, h('option', { value: '' }, all))
    for (const option of options) element.append(h('option', { value: option }, option))
    element.addEventListener('change', () => change(name, element.value))
    fields[name] = element
    return element
  }

  function input(name: FilterName, label: string, options: readonly string[]): HTMLElement {
    const list = options.length === 0 ? undefined : `list-${name}`
    const element = h('input', {
      class: 'input',
      type: 'search',
      'aria-label': label,
      placeholder: label,
      list,
      spellcheck: 'false',
      autocomplete: 'off',
    })
    let timer: ReturnType<typeof setTimeout> | undefined
    element.addEventListener('input', () => {
      clearTimeout(timer)
      timer = setTimeout(() => change(name, element.value.trim()), typingMs)
    })
    fields[name] = element
    if (list === undefined) return element
    return h(
      'span',
      { class: 'with-list' },
      element,
      h('datalist', { id: list }, ...options.map((value) => h('option', { value }))),
    )
  }

  function show(filters: Filters): void {
    for (const { input: radio } of radios) radio.checked = radio.value === (filters.status ?? '')
    for (const [name, element] of Object.entries(fields)) {
      const value = filters[name as FilterName] ?? ''
      // Not while it is typed into: what is there is newer.
      if (element.value !== value && element !== document.activeElement) element.value = value
    }
    const set = Object.keys(filters).filter((name) => name !== 'status').length
    more.textContent = set === 0 ? 'Filters' : `Filters (${set})`
    clear.disabled = Object.keys(filters).length === 0
  }

  const element = h(
    'form',
    { class: 'filters', 'aria-label': 'Filters', onsubmit: (event: Event) => event.preventDefault() },
    h(
      'fieldset',
      { class: 'choices' },
      h('legend', { class: 'offscreen' }, 'Status'),
      ...radios.map((radio) => radio.element),
    ),
    more,
    about.logged.length > 1 && select('system', 'System', 'All systems', about.logged),
    input('code', 'Code', codes),
    input('operation', 'Operation', operations),
    select('source', 'Source', 'Any source', sources),
    input('request_id', 'Request id', []),
    clear,
  )
  return { element, show }
}

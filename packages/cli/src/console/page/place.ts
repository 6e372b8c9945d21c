/** The parts of the page's state that live in its address. */
export const filterNames = ['status', 'code', 'operation', 'request_id', 'system', 'source'] as const
export type FilterName = (typeof filterNames)[number]
export type Filters = Readonly<Partial<Record<FilterName, string>>>

export const views = ['log', 'groups', 'try'] as const
export type View = (typeof views)[number]

/** Where the reader is: a view, its filters, the entry or trigger that is open. */
export interface Place {
  readonly view: View
  readonly filters: Filters
  /** Id of the entry whose details are open. */
  readonly entry: number | undefined
  /** Trigger that is open, as `system/index`. */
  readonly trigger: string | undefined
  /** Minutes that groups and charts look back. */
  readonly minutes: number
}

const listeners: ((place: Place, before: Place) => void)[] = []
let current = read()

export function place(): Place {
  return current
}

/** Changes parts of the place; `history` makes it a step that Back undoes. */
export function go(change: Partial<Place>, { history: isStep = false } = {}): void {
  const before = current
  current = { ...current, ...change }
  const address = addressOf(current)
  if (address !== location.pathname + location.search) {
    if (isStep) history.pushState(null, '', address)
    else history.replaceState(null, '', address)
  }
  tell(before)
}

/** Has `listener` called when the place changes, also by Back and Forward. */
export function onPlace(listener: (place: Place, before: Place) => void): void {
  listeners.push(listener)
}

/** The address of a place that differs from the current one. */
export function addressOf(to: Partial<Place>): string {
  const { view, filters, entry, trigger, minutes } = { ...current, ...to }
  const query = new URLSearchParams()
  if (view !== 'log') query.set('view', view)
  for (const name of filterNames) if (filters[name]) query.set(name, filters[name])
  if (entry !== undefined && view === 'log') query.set('entry', String(entry))
  if (trigger !== undefined && view === 'try') query.set('trigger', trigger)
  if (minutes !== 60) query.set('minutes', String(minutes))
  const text = query.toString()
  return text === '' ? location.pathname : `${location.pathname}?${text}`
}

/** The filters as a query of the log. */
export function filterQuery(filters: Filters): URLSearchParams {
  return new URLSearchParams(Object.entries(filters).filter(([, value]) => value))
}

function tell(before: Place): void {
  for (const listener of listeners) listener(current, before)
}

function read(): Place {
  const query = new URLSearchParams(location.search)
  const filters: Partial<Record<FilterName, string>> = {}
  for (const name of filterNames) {
    const value = query.get(name)?.slice(0, 200)
    if (value) filters[name] = value
  }
  const view = views.find((one) => one === query.get('view')) ?? 'log'
  const entry = Number(query.get('entry'))
  const minutes = Number(query.get('minutes'))
  return {
    view,
    filters,
    entry: Number.isInteger(entry) && entry > 0 ? entry : undefined,
    trigger: query.get('trigger') ?? undefined,
    minutes: Number.isInteger(minutes) && minutes > 0 && minutes <= 10_080 ? minutes : 60,
  }
}

addEventListener('popstate', () => {
  const before = current
  current = read()
  tell(before)
})

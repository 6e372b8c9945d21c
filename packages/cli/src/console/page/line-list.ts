import type { LineBody } from '../wire.ts'
import { h } from './dom.ts'
import { columns, createLineRow, type LineRow } from './line-rows.ts'

export interface LineListEvents {
  /** A line was chosen with Enter or a click. */
  readonly open: (line: LineBody) => void
  /** The end is in sight: older lines, please. */
  readonly older: () => void
}

const maxLines = 20_000
/** Rows drawn beyond what is in sight, on either side. */
const spare = 8
/** After the last scroll, before the rows stand in the document in the order in which they are seen. */
const settledMs = 150

/**
 * The lines, newest first, of which only those in sight are in the document. Lines that arrive do not move what is read:
 * only at the very top the list follows the log.
 */
export class LineList {
  readonly element: HTMLElement
  readonly #body: HTMLElement
  readonly #events: LineListEvents
  /** The line at a place is always shown by the same row, so that scrolling fills the few that came into sight. */
  readonly #rows: LineRow[] = []
  /** Oldest first, so that a new one costs nothing. */
  #lines: LineBody[] = []
  #active: number | undefined
  #open: number | undefined
  /** Place of the first line that is drawn. */
  #first = 0
  #isDrawing = false
  /** Measured when they change, for to ask in every frame is to have all laid out in every frame. */
  #rowHeight = 34
  #height = 0
  #headHeight = 0
  #settling: ReturnType<typeof setTimeout> | undefined

  constructor(events: LineListEvents) {
    this.#events = events
    this.#body = h('div', { role: 'rowgroup', class: 'lines' })
    const headers = columns.map((name) => h('div', { role: 'columnheader', class: `cell ${name.toLowerCase()}` }, name))
    this.element = h(
      'div',
      {
        role: 'grid',
        class: 'grid',
        tabindex: 0,
        'aria-label': 'Requests, newest first',
        'aria-colcount': columns.length,
      },
      h(
        'div',
        { role: 'rowgroup', class: 'head' },
        h('div', { role: 'row', class: 'line', 'aria-rowindex': 1 }, ...headers),
      ),
      this.#body,
    )
    this.element.addEventListener('scroll', () => this.#drawSoon(), { passive: true })
    this.element.addEventListener('keydown', (event) => this.#onKey(event))
    this.element.addEventListener('click', (event) => this.#onClick(event))
    new ResizeObserver(() => this.#measure()).observe(this.element)
  }

  get length(): number {
    return this.#lines.length
  }

  get oldest(): LineBody | undefined {
    return this.#lines[0]
  }

  /** Whether the list shows the newest line. */
  get isAtTop(): boolean {
    return this.element.scrollTop < 1
  }

  /** Replaces all lines, given newest first. */
  reset(lines: readonly LineBody[]): void {
    this.#lines = lines.toReversed()
    this.#active = undefined
    this.#resize()
    this.element.scrollTop = 0
    this.#draw()
  }

  /** Adds newer lines, given oldest first. */
  add(lines: readonly LineBody[]): void {
    const last = this.#lines.at(-1)?.id ?? 0
    const fresh = lines.filter(({ id }) => id > last)
    const isFollowing = this.isAtTop && this.#active === undefined
    this.#lines.push(...fresh)
    if (this.#lines.length > maxLines) this.#lines.splice(0, this.#lines.length - maxLines)
    this.#resize()
    if (!isFollowing) this.element.scrollTop += fresh.length * this.#rowHeight
    this.#draw()
  }

  /** Adds older lines, given newest first. */
  addOlder(lines: readonly LineBody[]): void {
    if (this.#lines.length < maxLines) this.#lines.unshift(...lines.toReversed())
    this.#resize()
    this.#drawSoon()
  }

  /** Marks the line whose details are open. */
  mark(id: number | undefined): void {
    this.#open = id
    this.#draw()
  }

  /** Puts the keyboard back to where it was. */
  focus(): void {
    this.element.focus({ preventScroll: true })
  }

  toTop(): void {
    this.#active = undefined
    this.element.scrollTop = 0
    this.#draw()
  }

  #measure(): void {
    const height = Number.parseFloat(getComputedStyle(this.element).getPropertyValue('--row-height'))
    if (height > 0) this.#rowHeight = height
    this.#height = this.element.clientHeight
    this.#headHeight = this.#body.offsetTop
    this.#resize()
    this.#drawSoon()
  }

  #at(index: number): LineBody | undefined {
    return this.#lines[this.#lines.length - 1 - index]
  }

  /** Row of a line by its id; lines are in order of their ids. */
  #indexOf(id: number | undefined): number {
    if (id === undefined) return -1
    let [low, high] = [0, this.#lines.length - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      const found = this.#lines[middle] as LineBody
      if (found.id === id) return this.#lines.length - 1 - middle
      if (found.id < id) low = middle + 1
      else high = middle - 1
    }
    return -1
  }

  #drawSoon(): void {
    if (this.#isDrawing) return
    this.#isDrawing = true
    requestAnimationFrame(() => this.#draw())
  }

  #resize(): void {
    this.#body.style.height = `${this.#lines.length * this.#rowHeight}px`
    this.element.setAttribute('aria-rowcount', String(this.#lines.length + 1))
  }

  #draw(): void {
    this.#isDrawing = false
    const { scrollTop } = this.element
    const height = this.#rowHeight
    const size = Math.min(this.#lines.length, Math.ceil(this.#height / height) + 2 * spare)
    const first = Math.max(0, Math.min(Math.floor(scrollTop / height) - spare, this.#lines.length - size))
    this.#first = first
    this.#provideRows(size)
    const active = this.#indexOf(this.#active)
    for (let index = first; index < first + size; index++) {
      const line = this.#at(index) as LineBody
      this.#rows[index % size]?.show(line, index, index * height, index === active, line.id === this.#open)
    }
    const isActiveDrawn = active >= first && active < first + size
    if (isActiveDrawn) this.element.setAttribute('aria-activedescendant', `line-${this.#active}`)
    else this.element.removeAttribute('aria-activedescendant')
    this.#settleSoon()
    const isNearEnd = first + size >= this.#lines.length - 20
    if (isNearEnd && this.#lines.length > 0 && this.#lines.length < maxLines) this.#events.older()
  }

  #provideRows(size: number): void {
    while (this.#rows.length > size) this.#rows.pop()?.element.remove()
    while (this.#rows.length < size) {
      const row = createLineRow()
      this.#rows.push(row)
      this.#body.append(row.element)
    }
  }

  #settleSoon(): void {
    clearTimeout(this.#settling)
    this.#settling = setTimeout(() => this.#settle(), settledMs)
  }

  /** Who reads the document from row to row hears them in their order. */
  #settle(): void {
    const size = this.#rows.length
    for (let place = 0; place < size; place++) {
      const element = this.#rows[(this.#first + place) % size]?.element
      const there = this.#body.children[place]
      if (element !== undefined && there !== element) this.#body.insertBefore(element, there ?? null)
    }
  }

  #onClick({ target }: MouseEvent): void {
    const id = (target as Element).closest<HTMLElement>('[data-id]')?.dataset.id
    const line = this.#at(this.#indexOf(Number(id)))
    if (line === undefined) return
    this.#active = line.id
    this.#events.open(line)
  }

  #onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const current = this.#indexOf(this.#active)
    const page = Math.max(1, Math.floor(this.#height / this.#rowHeight) - 2)
    const target = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: this.#lines.length - 1,
    }[event.key]
    if (target !== undefined) {
      event.preventDefault()
      this.#moveTo(target)
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      const line = this.#at(current)
      if (line !== undefined) this.#events.open(line)
    }
  }

  #moveTo(wanted: number): void {
    const index = Math.min(Math.max(wanted, 0), this.#lines.length - 1)
    const line = this.#at(index)
    if (line === undefined) return
    this.#active = line.id
    const height = this.#rowHeight
    const { scrollTop } = this.element
    if (index * height < scrollTop) this.element.scrollTop = index * height
    const bottom = (index + 1) * height + this.#headHeight - this.#height
    if (bottom > scrollTop) this.element.scrollTop = bottom
    this.#draw()
  }
}

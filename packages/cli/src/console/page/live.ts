import type { LineBody, LogStateBody } from '../wire.ts'
import { type Filters, filterQuery } from './place.ts'

export type LiveState = 'connecting' | 'live' | 'paused' | 'lost' | 'stopped'

export interface LiveEvents {
  readonly lines: (lines: readonly LineBody[]) => void
  /** Lines were left out, for the page was away for too long. */
  readonly gap: (lines: number) => void
  readonly log: (state: LogStateBody) => void
  readonly state: (state: LiveState) => void
}

/**
 * The stream of the log. It resumes after the last line it saw; a page that nobody looks at holds no connection, of
 * which a browser has six for all its tabs.
 */
export class Live {
  readonly #events: LiveEvents
  #filters: Filters = {}
  #source: EventSource | undefined
  #last: number | undefined
  #following = false
  #paused = false
  #waiting: LineBody[] = []

  constructor(events: LiveEvents) {
    this.#events = events
    document.addEventListener('visibilitychange', () => this.#reconnect())
  }

  get paused(): boolean {
    return this.#paused
  }

  /** Follows the log from a line on. */
  follow(filters: Filters, after: number | undefined): void {
    this.#filters = filters
    this.#last = after
    this.#waiting = []
    this.#following = true
    this.#reconnect()
  }

  /** Follows nothing until the next {@link follow}: the lines that came would be those of other filters. */
  stop(state: 'lost' | 'stopped'): void {
    this.#following = false
    this.#waiting = []
    this.#reconnect()
    if (!this.#paused) this.#events.state(state)
  }

  pause(): void {
    this.#paused = true
    this.#reconnect()
  }

  resume(): void {
    this.#paused = false
    this.#reconnect()
  }

  #reconnect(): void {
    this.#source?.close()
    this.#source = undefined
    if (this.#paused) this.#events.state('paused')
    if (this.#paused || !this.#following || document.hidden) return
    const query = filterQuery(this.#filters)
    if (this.#last !== undefined) query.set('after', String(this.#last))
    const source = new EventSource(`/console/stream?${query}`)
    this.#source = source
    this.#events.state('connecting')
    source.onopen = () => this.#events.state('live')
    source.onerror = () => this.#failed(source)
    source.addEventListener('line', (event) => this.#take(event))
    source.addEventListener('gap', (event) => this.#events.gap((JSON.parse(event.data) as { lines: number }).lines))
    source.addEventListener('state', (event) => this.#events.log(JSON.parse(event.data) as LogStateBody))
  }

  /** A browser tries again by itself, unless the answer was an error. */
  #failed(source: EventSource): void {
    this.#events.state('lost')
    if (source.readyState !== EventSource.CLOSED) return
    setTimeout(() => {
      if (this.#source === source) this.#reconnect()
    }, 2000)
  }

  /** Lines of one frame are shown together. */
  #take(event: MessageEvent<string>): void {
    const line = JSON.parse(event.data) as LineBody
    this.#last = line.id
    this.#waiting.push(line)
    if (this.#waiting.length > 1) return
    requestAnimationFrame(() => {
      const lines = this.#waiting
      this.#waiting = []
      if (lines.length > 0) this.#events.lines(lines)
    })
  }
}

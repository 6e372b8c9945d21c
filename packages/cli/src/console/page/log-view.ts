import type { AboutBody, LineBody, LogStateBody } from '../wire.ts'
import { ConsoleError, lines } from './console-api.ts'
import { createDetailView } from './detail-view.ts'
import { h, setText } from './dom.ts'
import { LineList } from './line-list.ts'
import { Live, type LiveState } from './live.ts'
import { go, type Place, place } from './place.ts'
import { count } from './text.ts'

const stateTexts: Readonly<Record<LiveState, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  paused: 'Paused',
  lost: 'Connection lost, trying again',
  stopped: 'Stopped',
}
const tryAgainMs = 2000

/** The live log with the details of a line beside it. */
export function createLogView(about: AboutBody) {
  const list = new LineList({ open: (line) => open(line), older: () => void older() })
  const detail = createDetailView(about, {
    close: () => {
      go({ entry: undefined }, { history: true })
      list.focus()
    },
    narrow: (name, value) => go({ filters: { [name]: value } }, { history: true }),
  })
  const state = h('span', { class: 'live-state', role: 'status' })
  const notice = h('span', { class: 'muted losses' })
  const fresh = h('button', { type: 'button', class: 'button strong fresh', hidden: true, onclick: () => list.toTop() })
  const pause = h(
    'button',
    { type: 'button', class: 'button', onclick: () => (live.paused ? live.resume() : live.pause()) },
    'Pause',
  )
  const empty = h('p', { class: 'empty', hidden: true }, 'No request matches. What comes in appears here at once.')
  const element = h(
    'section',
    { class: 'log', 'aria-label': 'Live log' },
    h('div', { class: 'log-bar' }, state, notice, fresh, pause),
    h('div', { class: 'split' }, h('div', { class: 'list' }, list.element, empty), detail.element),
  )
  let next: number | null = null
  let reading = false
  let generation = 0
  let missed = 0

  const live = new Live({
    lines: take,
    gap: (missing) => void (missing > 0 && restart(place())),
    log: showLosses,
    state(now) {
      setText(state, stateTexts[now])
      state.dataset.state = now
      setText(pause, now === 'paused' ? 'Resume' : 'Pause')
    },
  })

  function take(added: readonly LineBody[]): void {
    missed = list.isAtTop ? 0 : missed + added.length
    list.add(added)
    empty.hidden = list.length > 0
    showFresh()
  }

  function showFresh(): void {
    fresh.hidden = missed === 0
    setText(fresh, `${count(missed)} new`)
  }

  function showLosses({ dropped, shortened, failing }: LogStateBody): void {
    const texts = [
      failing && 'the log cannot be written',
      dropped > 0 && `${count(dropped)} lost`,
      shortened > 0 && `${count(shortened)} without bodies`,
    ]
    setText(notice, texts.filter((text) => text !== false).join(' · '))
  }

  function open(line: LineBody): void {
    void detail.show(line.id, { focus: true })
    // Back closes the details, however many lines were looked at.
    go({ entry: line.id }, { history: place().entry === undefined })
  }

  async function older(): Promise<void> {
    if (next === null || reading) return
    reading = true
    const current = generation
    try {
      const page = await lines(place().filters, next)
      if (current !== generation) return
      next = page.next
      list.addOlder(page.entries)
    } catch {
      // The next scroll asks again.
    } finally {
      reading = false
    }
  }

  /** Reads the newest lines, then follows from there. */
  async function restart({ filters }: Place): Promise<void> {
    const current = ++generation
    try {
      let page = await lines(filters)
      const { head } = page
      // A page may be empty and still not be the end: lines that match are rare.
      while (page.entries.length === 0 && page.next !== null && current === generation)
        page = await lines(filters, page.next)
      if (current !== generation) return
      next = page.next
      list.reset(page.entries)
      empty.hidden = list.length > 0
      missed = 0
      showFresh()
      showLosses(page.log)
      live.follow(filters, head)
    } catch (error) {
      if (current !== generation) return
      list.reset([])
      setText(empty, error instanceof Error ? error.message : String(error))
      empty.hidden = false
      // What the log refuses, it refuses again.
      const isRefused = error instanceof ConsoleError
      live.stop(isRefused ? 'stopped' : 'lost')
      if (!isRefused) setTimeout(() => current === generation && void restart(place()), tryAgainMs)
    }
  }

  list.element.addEventListener('scroll', () => {
    if (!list.isAtTop || missed === 0) return
    missed = 0
    showFresh()
  })

  return {
    element,
    restart,
    /** Opens the details that the place names. */
    show({ entry }: Place): void {
      list.mark(entry)
      void detail.show(entry)
    },
  }
}

import type { LogPage, LogQuery, LogRecorder, LogStore } from 'culpa'
import { toLine, toStateBody } from './log-bodies.ts'

export interface LogStreamOptions {
  readonly store: LogStore
  readonly recorder: LogRecorder
  readonly filters: Omit<LogQuery, 'limit' | 'before' | 'after'>
  /** Id of the last line the reader knows; without it, the stream begins with what comes next. */
  readonly after: number | undefined
  /** Ends the stream. */
  readonly signal: AbortSignal
  /** Told once, however it ends. */
  readonly onEnd?: () => void
  /** Between two signs of life, in milliseconds. Default 15 000. */
  readonly heartbeatMs?: number
  /** How often to look for what other processes wrote, in milliseconds. Default: they do not. */
  readonly lookMs?: number | undefined
}

/** Lines in one write. */
const pageLines = 200
/** A reader that is further behind misses lines, and is told how many. */
const maxBehind = 5000
const catchUp = 1000

/**
 * The log as server-sent events: `line` with the id that `Last-Event-ID` resumes from, `gap` with the number of lines
 * left out, `state` when the log begins to lose entries. Holds no line for a reader: a slow one reads on from the store.
 */
export function logStream(options: LogStreamOptions): ReadableStream<Uint8Array> {
  const { store, recorder, filters, signal, onEnd = () => undefined, heartbeatMs = 15_000, lookMs = Infinity } = options
  const encoder = new TextEncoder()
  let cursor = options.after
  let state = ''
  let begun = false
  let quietMs = 0
  let ended = false

  function end(): void {
    if (ended) return
    ended = true
    signal.removeEventListener('abort', end)
    onEnd()
  }
  if (signal.aborted) end()
  else signal.addEventListener('abort', end)

  async function next(): Promise<string> {
    let text = begun ? '' : 'retry: 1000\n\n'
    begun = true
    const head = await store.head()
    cursor ??= head
    // A log that was emptied counts from the beginning again.
    if (cursor > head) cursor = 0
    if (head - cursor > maxBehind) {
      text += event('gap', { lines: head - catchUp - cursor })
      cursor = head - catchUp
    }
    const page: LogPage = await store.read({ ...filters, after: cursor, limit: pageLines })
    for (const entry of page.entries) text += `id: ${entry.id}\n${event('line', toLine(entry))}`
    cursor = page.next ?? Math.max(head, page.entries.at(-1)?.id ?? 0)
    return text + stateChange()
  }

  function stateChange(): string {
    const now = event('state', toStateBody(recorder.state))
    if (now === state) return ''
    state = now
    return now
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          if (signal.aborted) return controller.close()
          // Before the look at the store, so that nothing falls between the two.
          const waitMs = Math.min(heartbeatMs, lookMs)
          const more = written(recorder, signal, waitMs)
          const text = await next()
          if (text !== '') {
            more.stop()
            return controller.enqueue(encoder.encode(text))
          }
          quietMs = (await more.promise) === 'time' ? quietMs + waitMs : 0
          if (quietMs < heartbeatMs) continue
          quietMs = 0
          return controller.enqueue(encoder.encode(`: ${cursor ?? ''}\n\n`))
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
}

function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

/** Waits for more, or for so long. */
function written(recorder: LogRecorder, signal: AbortSignal, waitMs: number) {
  const { promise, resolve } = Promise.withResolvers<'more' | 'time'>()
  const timer = setTimeout(() => resolve('time'), waitMs)
  const unlisten = recorder.onWritten(() => resolve('more'))
  const onAbort = () => resolve('more')
  signal.addEventListener('abort', onAbort)
  const stop = () => {
    clearTimeout(timer)
    unlisten()
    signal.removeEventListener('abort', onAbort)
  }
  void promise.then(stop)
  return { promise, stop }
}

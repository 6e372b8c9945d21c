import { checkNumber } from './check-number.ts'
import { describeCause } from './describe-cause.ts'
import type { Log, LogEvent, Traffic } from './log.ts'
import { redactTarget, type TakenMessage, takeMessage, toLoggedMessage } from './record-message.ts'
import type { LogEntry, LogStore } from './stores.ts'

export interface LogRecorderOptions {
  /** As much of each body is kept. Default 16 384. */
  readonly maxBodyBytes?: number
  /** Longest time between an answer and its writing, while the store keeps up, in milliseconds. Default 25. */
  readonly intervalMs?: number
  /** Entries written in one transaction. Default 100. */
  readonly batch?: number
  /** Entries that may wait for the store; those beyond are dropped and counted. Default 10 000. */
  readonly maxWaiting?: number
  /** Bytes of messages that may wait for the store. Default 32 MiB. */
  readonly maxWaitingBytes?: number
  /** Told when the store begins to fail. Default: a line of JSON on standard error. */
  readonly onFailure?: (cause: string) => void
}

/** What a recorder has done so far. */
export interface LogRecorderState {
  readonly waiting: number
  readonly written: number
  /** Entries lost, for the store was too slow or failed. */
  readonly dropped: number
  /** Successes written without their messages, for there was no room. */
  readonly shortened: number
  /** True while the store fails. */
  readonly failing: boolean
}

export interface LogRecorder {
  /** Takes an entry down; the only thing that a request does. */
  readonly log: Log
  readonly state: LogRecorderState
  /** Has `listener` called whenever entries were written, or could not be; returns the function that ends it. */
  onWritten(listener: () => void): () => void
  /** Writes what waits, unless the store fails. */
  flush(): Promise<void>
  /** Writes what waits and takes nothing any more. */
  close(): Promise<void>
}

interface Taken {
  readonly event: LogEvent
  readonly target: string
  readonly request: TakenMessage | undefined
  readonly reply: TakenMessage | undefined
  readonly sensitive: readonly string[]
  readonly bytes: number
}

/** After a batch this many times as long is left to requests: a log takes at most a tenth of the time. */
const rest = 9
/** Before the first try after a failure, in milliseconds. */
const retryMs = 500
/** Rows dropped for each one written, at most: the log shrinks faster than it grows. */
const sweepFactor = 2
/** Beyond this part of the room, successes leave their messages behind. */
const shortAfter = 0.25

/**
 * Keeps what an API answers in a store: credentials struck out, bodies cut, many entries in one transaction, none of it
 * while a request waits. Where the store is too slow, first successes lose their headers and bodies, then entries are
 * dropped and counted. What was not written yet is lost when the process is killed.
 * @throws {ContractError} for a number that is none
 * @example
 * const recorder = recordLog(sqliteLog(db))
 * createApi({ contract, operations, log: recorder.log })
 */
export function recordLog(store: LogStore, options: LogRecorderOptions = {}): LogRecorder {
  const { maxBodyBytes = 16_384, intervalMs = 25, batch = 100, maxWaiting = 10_000 } = options
  const { maxWaitingBytes = 32 * 1024 * 1024, onFailure = reportFailure } = options
  for (const [name, value] of Object.entries({ maxBodyBytes, intervalMs, batch, maxWaiting, maxWaitingBytes })) {
    checkNumber(`recordLog: ${name}`, value)
  }
  const listeners = new Set<() => void>()
  let waiting: Taken[] = []
  let waitingBytes = 0
  let written = 0
  let dropped = 0
  let shortened = 0
  let failing = false
  let closed = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let writing: Promise<void> = Promise.resolve()

  function log(event: LogEvent, traffic?: Traffic): void {
    if (closed) return
    if (waiting.length >= maxWaiting || waitingBytes >= maxWaitingBytes) {
      dropped++
      return
    }
    const isShort = event.code === undefined && waiting.length >= maxWaiting * shortAfter
    if (isShort && traffic !== undefined) shortened++
    const taken = take(event, traffic, isShort, maxBodyBytes)
    waiting.push(taken)
    waitingBytes += taken.bytes
    schedule(intervalMs)
  }

  function schedule(afterMs: number): void {
    if (timer !== undefined || waiting.length === 0) return
    timer = setTimeout(() => {
      writing = writeBatch().then((pauseMs) => {
        timer = undefined
        schedule(pauseMs)
      })
    }, afterMs)
  }

  /** Resolves to the time before the next one. */
  async function writeBatch(): Promise<number> {
    const started = performance.now()
    const next = waiting.slice(0, batch)
    try {
      await store.write(next.map(toEntry))
    } catch (thrown) {
      if (!failing) onFailure(describeCause(thrown))
      failing = true
      tell()
      return retryMs
    }
    failing = false
    waiting = waiting.slice(next.length)
    for (const { bytes } of next) waitingBytes -= bytes
    written += next.length
    await sweep(next.length)
    tell()
    return Math.max(waiting.length < batch ? intervalMs : 0, (performance.now() - started) * rest)
  }

  function tell(): void {
    for (const listener of listeners) listener()
  }

  async function sweep(added: number): Promise<void> {
    try {
      await store.sweep(added * sweepFactor)
    } catch {
      // The next batch tries again; until then the log is longer than it should be.
    }
  }

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    await writing
    do {
      clearTimeout(timer)
      timer = undefined
      writing = writeBatch().then(() => undefined)
      await writing
    } while (waiting.length > 0 && !failing)
    schedule(failing ? retryMs : intervalMs)
  }

  return {
    log,
    get state() {
      return { waiting: waiting.length, written, dropped, shortened, failing }
    },
    onWritten(listener) {
      const own = () => listener()
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    flush: () => (waiting.length === 0 ? writing : flush()),
    async close() {
      closed = true
      if (waiting.length > 0) await flush()
      clearTimeout(timer)
      await writing
    },
  }
}

function take(event: LogEvent, traffic: Traffic | undefined, isShort: boolean, maxBytes: number): Taken {
  if (traffic === undefined) {
    return { event, target: event.path, request: undefined, reply: undefined, sensitive: [], bytes: 0 }
  }
  const { request, requestBody, reply, sensitive } = traffic
  const { target } = request
  if (isShort) return { event, target, request: undefined, reply: undefined, sensitive, bytes: target.length }
  const sent = takeMessage(request.headers(), requestBody, maxBytes)
  const answered = takeMessage(reply.headers, reply.body, maxBytes)
  const bytes = target.length + bytesOf(sent) + bytesOf(answered)
  return { event, target, request: sent, reply: answered, sensitive, bytes }
}

function bytesOf({ headers, body }: TakenMessage): number {
  let bytes = body?.byteLength ?? 0
  for (const [name, value] of headers) bytes += name.length + value.length
  return bytes
}

function toEntry({ event, target, request, reply, sensitive }: Taken): LogEntry {
  return {
    event,
    target: redactTarget(target),
    ...(request !== undefined && { request: toLoggedMessage(request, sensitive) }),
    ...(reply !== undefined && { reply: toLoggedMessage(reply, sensitive) }),
  }
}

function reportFailure(cause: string): void {
  console.error(JSON.stringify({ at: Date.now(), code: 'log_failing', cause }))
}

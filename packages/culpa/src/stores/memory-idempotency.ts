import type { IdempotencyRecord, IdempotencyStore, RecordedReply } from '../server/stores.ts'
import { rotate } from './memory-rotation.ts'
import { type PackedReply, packedReplies, unpackReply } from './packed-replies.ts'

export interface MemoryIdempotencyOptions {
  /** Milliseconds of a clock; for tests. Default `performance.now`, so that setting the wall clock expires nothing. */
  readonly now?: () => number
  /** How long a response is kept after it was recorded, in milliseconds. Default 24 hours. */
  readonly responseTtlMs?: number
  /** How long the key is known after that recording, in milliseconds. Default 35 days. */
  readonly tombstoneTtlMs?: number
}

export interface MemoryIdempotency extends IdempotencyStore {
  /** Records kept now, tombstones among them. */
  readonly size: number
}

interface Entry {
  readonly fingerprint: string
  readonly attempt: number
  state: IdempotencyRecord['state']
  /** End of the lease while running, time of the recording once finished. */
  at: number
  reply: PackedReply | undefined
  steps: Map<string, Uint8Array> | undefined
}

const dayMs = 86_400_000

/**
 * Keeps idempotency keys in this process, in lease mode: for tests, sandboxes, and where a restart may forget them.
 * A key runs, then is finished, or unknown if its lease passed; a finished one expires to a tombstone that only knows
 * the fingerprint. Steps belong to their attempt and go when it ends.
 * @example
 * createApi({ contract, operations, guards: { keys, idempotency: idempotency(memoryIdempotency()) } })
 */
export function memoryIdempotency(options: MemoryIdempotencyOptions = {}): MemoryIdempotency {
  const { now = () => performance.now(), responseTtlMs = dayMs, tombstoneTtlMs = 35 * dayMs } = options
  const entries = new Map<string, Entry>()
  const nextEntry = rotate(entries)
  const keep = packedReplies()
  let lastAttempt = 0

  function current(scope: string, time: number): Entry | undefined {
    const entry = entries.get(scope)
    return entry === undefined ? undefined : age(scope, entry, time)
  }

  /** Brings an entry to where time has taken it. */
  function age(scope: string, entry: Entry, time: number): Entry | undefined {
    if (entry.state === 'unknown') return entry
    const passed = time - entry.at
    if (entry.state === 'running') {
      if (passed >= 0) entry.state = 'unknown'
    } else if (passed >= tombstoneTtlMs) {
      entries.delete(scope)
      return undefined
    } else if (passed >= responseTtlMs) {
      entry.state = 'expired'
      entry.reply = undefined
    }
    return entry
  }

  function inState(scope: string, attempt: number, state: Entry['state']): Entry | undefined {
    const entry = current(scope, now())
    return entry?.attempt === attempt && entry.state === state ? entry : undefined
  }

  function record(entry: Entry, reply: RecordedReply): void {
    entry.state = 'finished'
    entry.at = now()
    entry.reply = keep(reply)
    entry.steps = undefined
  }

  function sweep(time: number): void {
    for (let looked = 0; looked < 2; looked += 1) {
      const next = nextEntry()
      if (next !== undefined) age(...next, time)
    }
  }

  return {
    get size() {
      return entries.size
    },
    find(scope) {
      const time = now()
      const entry = current(scope, time)
      return entry && toRecord(entry, time)
    },
    claim(scope, fingerprint, leaseMs) {
      const time = now()
      const entry = current(scope, time)
      if (entry !== undefined) return toRecord(entry, time)
      sweep(time)
      lastAttempt += 1
      const at = time + leaseMs
      entries.set(scope, {
        fingerprint,
        attempt: lastAttempt,
        state: 'running',
        at,
        reply: undefined,
        steps: undefined,
      })
      return { state: 'claimed', attempt: lastAttempt }
    },
    finish(scope, attempt, reply) {
      const entry = inState(scope, attempt, 'running')
      if (entry !== undefined) record(entry, reply)
      return entry !== undefined
    },
    release(scope, attempt) {
      return inState(scope, attempt, 'running') !== undefined && entries.delete(scope)
    },
    abandon(scope, attempt) {
      const entry = inState(scope, attempt, 'running')
      if (entry !== undefined) entry.state = 'unknown'
      return entry !== undefined
    },
    settle(scope, attempt, reply) {
      const entry = inState(scope, attempt, 'unknown')
      if (entry === undefined) return false
      if (reply === undefined) return entries.delete(scope)
      record(entry, reply)
      return true
    },
    findStep(scope, step) {
      const result = current(scope, now())?.steps?.get(step)
      return result && new Uint8Array(result)
    },
    saveStep(scope, attempt, step, result) {
      const entry = inState(scope, attempt, 'running')
      if (entry === undefined) return false
      entry.steps ??= new Map()
      entry.steps.set(step, new Uint8Array(result))
      return true
    },
  }
}

function toRecord({ state, fingerprint, attempt, at, reply }: Entry, time: number): IdempotencyRecord {
  if (state === 'running') return { state, fingerprint, attempt, leaseMs: at - time }
  if (state === 'finished') return { state, fingerprint, attempt, reply: unpackReply(reply as PackedReply) }
  return { state, fingerprint, attempt }
}

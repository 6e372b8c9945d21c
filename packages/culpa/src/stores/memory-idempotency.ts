import type { IdempotencyRecord, IdempotencyStore, RecordedReply } from '../server/stores.ts'
import { textHash } from './memory-hash.ts'
import { copyHeaders } from './memory-headers.ts'
import { memoryIndex } from './memory-index.ts'
import { type Claimed, memoryRecords } from './memory-records.ts'
import { maxReference } from './memory-slabs.ts'
import { memorySlots } from './memory-slots.ts'

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
  /** Bytes taken by records that are finished, except for long ones, and by what finds them. */
  readonly byteLength: number
}

/** A record that is kept as an object: until it is finished, and after that if it is long. */
interface Entry extends Claimed {
  state: IdempotencyRecord['state']
  /** End of the lease while running, time of the recording once finished. */
  at: number
  reply: RecordedReply | undefined
  steps: Map<string, Uint8Array> | undefined
}

const dayMs = 86_400_000
/** References above it are to objects. */
const firstObject = maxReference + 1

/**
 * Keeps idempotency keys in this process, in lease mode: for tests, sandboxes, and where a restart may forget them.
 * A key runs, then is finished, or unknown if its lease passed; a finished one expires to a tombstone that only knows
 * the fingerprint. Steps belong to their attempt and go when it ends. What is finished is kept as bytes, so that a
 * million keys cost the garbage collector nothing.
 * @example
 * createApi({ contract, operations, guards: { keys, idempotency: idempotency(memoryIdempotency()) } })
 */
export function memoryIdempotency(options: MemoryIdempotencyOptions = {}): MemoryIdempotency {
  const { now = () => performance.now(), responseTtlMs = dayMs, tombstoneTtlMs = 35 * dayMs } = options
  const toHash = textHash()
  const records = memoryRecords()
  const entries = memorySlots<Entry>()
  const index = memoryIndex(isOf)
  let lastAttempt = 0
  let lastScope: string | undefined
  let lastHash = 0

  /** The same scope mostly comes several times in a row. */
  function hashOf(scope: string): number {
    if (scope === lastScope) return lastHash
    lastScope = scope
    lastHash = toHash(scope) >>> 0
    return lastHash
  }

  const entryOf = (reference: number): Entry => entries.get(reference - firstObject)

  function isOf(reference: number, scope: string): boolean {
    return reference < firstObject ? records.isOf(reference, scope) : entryOf(reference).scope === scope
  }

  /** The reference of what time has left of a scope's record; 0 for nothing. */
  function current(scope: string, time: number): number {
    const reference = index.find(hashOf(scope), scope)
    return reference !== 0 && age(reference, time) ? reference : 0
  }

  /** Brings a record to where time has taken it; false for one that is no more. */
  function age(reference: number, time: number): boolean {
    return reference < firstObject ? ageRecord(reference, time) : ageEntry(reference, entryOf(reference), time)
  }

  function ageRecord(reference: number, time: number): boolean {
    const passed = time - records.recordedAt(reference)
    if (passed >= tombstoneTtlMs) {
      index.remove(records.hashOf(reference), reference)
      records.remove(reference)
      return false
    }
    if (passed >= responseTtlMs) records.expire(reference)
    return true
  }

  function ageEntry(reference: number, entry: Entry, time: number): boolean {
    const passed = time - entry.at
    if (entry.state === 'unknown') return true
    if (entry.state === 'running') {
      if (passed >= 0) entry.state = 'unknown'
    } else if (passed >= tombstoneTtlMs) {
      forget(reference, entry)
      return false
    } else if (passed >= responseTtlMs) {
      entry.state = 'expired'
      entry.reply = undefined
    }
    return true
  }

  function forget(reference: number, { hash }: Entry): void {
    index.remove(hash, reference)
    entries.remove(reference - firstObject)
  }

  function read(reference: number, time: number): IdempotencyRecord {
    return reference < firstObject ? records.read(reference) : toRecord(entryOf(reference), time)
  }

  /** The reference of an entry of this attempt in this state; 0 for none. */
  function inState(scope: string, attempt: number, state: 'running' | 'unknown', time: number): number {
    const reference = current(scope, time)
    if (reference < firstObject) return 0
    const entry = entryOf(reference)
    return entry.attempt === attempt && entry.state === state ? reference : 0
  }

  function record(reference: number, reply: RecordedReply, time: number): void {
    const entry = entryOf(reference)
    const packed = records.add(entry, time, reply)
    if (packed !== 0) {
      index.replace(entry.hash, reference, packed)
      entries.remove(reference - firstObject)
      return
    }
    entry.state = 'finished'
    entry.at = time
    entry.reply = copyReply(reply)
    entry.steps = undefined
  }

  /** Three of them a claim, so that they come round sooner than as many have been added. */
  function sweep(time: number): void {
    for (let looked = 0; looked < 2; looked += 1) {
      const reference = records.next()
      if (reference !== 0 && ageRecord(reference, time)) tidy(reference)
    }
    const number = entries.next()
    if (number !== undefined) age(number + firstObject, time)
  }

  function tidy(reference: number): void {
    const moved = records.tidy(reference)
    if (moved !== reference) index.replace(records.hashOf(moved), reference, moved)
  }

  return {
    get size() {
      return index.size
    },
    get byteLength() {
      return index.byteLength + records.byteLength
    },
    find(scope) {
      const time = now()
      const reference = current(scope, time)
      return reference === 0 ? undefined : read(reference, time)
    },
    claim(scope, fingerprint, leaseMs) {
      const time = now()
      const taken = current(scope, time)
      if (taken !== 0) return read(taken, time)
      sweep(time)
      const attempt = lastAttempt + 1
      const hash = hashOf(scope)
      const at = time + leaseMs
      const entry: Entry = {
        scope,
        hash,
        fingerprint,
        attempt,
        state: 'running',
        at,
        reply: undefined,
        steps: undefined,
      }
      index.add(hash, firstObject + entries.add(entry))
      lastAttempt = attempt
      return { state: 'claimed', attempt }
    },
    finish(scope, attempt, reply) {
      const time = now()
      const reference = inState(scope, attempt, 'running', time)
      if (reference !== 0) record(reference, reply, time)
      return reference !== 0
    },
    release(scope, attempt) {
      const reference = inState(scope, attempt, 'running', now())
      if (reference !== 0) forget(reference, entryOf(reference))
      return reference !== 0
    },
    abandon(scope, attempt) {
      const reference = inState(scope, attempt, 'running', now())
      if (reference !== 0) entryOf(reference).state = 'unknown'
      return reference !== 0
    },
    settle(scope, attempt, reply) {
      const time = now()
      const reference = inState(scope, attempt, 'unknown', time)
      if (reference === 0) return false
      if (reply === undefined) forget(reference, entryOf(reference))
      else record(reference, reply, time)
      return true
    },
    findStep(scope, step) {
      const reference = current(scope, now())
      const result = reference < firstObject ? undefined : entryOf(reference).steps?.get(step)
      return result && new Uint8Array(result)
    },
    saveStep(scope, attempt, step, result) {
      const reference = inState(scope, attempt, 'running', now())
      if (reference === 0) return false
      const entry = entryOf(reference)
      entry.steps ??= new Map()
      entry.steps.set(step, new Uint8Array(result))
      return true
    },
  }
}

function toRecord({ state, fingerprint, attempt, at, reply }: Entry, time: number): IdempotencyRecord {
  if (state === 'running') return { state, fingerprint, attempt, leaseMs: at - time }
  if (state === 'finished') return { state, fingerprint, attempt, reply: copyReply(reply as RecordedReply) }
  return { state, fingerprint, attempt }
}

/** A copy that its receiver may change. */
function copyReply({ status, headers, body }: RecordedReply): RecordedReply {
  return { status, headers: copyHeaders(headers), body: new Uint8Array(body) }
}

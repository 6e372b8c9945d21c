import type { LogEvent } from './log.ts'

/** A value, or a promise of it: stores in memory answer at once, those behind a network later. */
export type MaybePromise<T> = T | Promise<T>

/** Who calls: what a key says about its owner. */
export interface Caller {
  readonly keyId: string
  /** The organisation; resources, limits and idempotency keys belong to it, not to a key. */
  readonly tenant: string
  /** Such as `live` or `test`. */
  readonly environment: string
  readonly scopes: readonly string[]
  /** Names the set of limits; see `rateLimits`. */
  readonly plan?: string
}

/** An API key as stored: never the secret itself. Times in milliseconds since the epoch. */
export interface StoredKey extends Caller {
  /** HMAC-SHA-256 of each secret that is good now: two during a rotation. */
  readonly secrets: readonly StoredSecret[]
  readonly revokedAt?: number
  readonly expiresAt?: number
  /** Why the organisation may not call, when it may not. */
  readonly suspended?: boolean
  readonly lastUsedAt?: number
}

export interface StoredSecret {
  /** Which pepper the hash was made with. */
  readonly pepperVersion: number
  /** 32 bytes as 64 hexadecimal digits. */
  readonly hash: string
  /** End of a rotation's overlap. */
  readonly expiresAt?: number
}

/** Where keys are kept. */
export interface KeyStore {
  find(keyId: string): MaybePromise<StoredKey | undefined>
  /** Inserts, or replaces the key of the same id. A revocation is for good: no save takes it back. */
  save(key: StoredKey): MaybePromise<void>
  list(tenant?: string): MaybePromise<readonly StoredKey[]>
  /** Notes a use; never for a revoked key. */
  touch(keyId: string, at: number): MaybePromise<void>
  /**
   * Keeps the check value of a version of the pepper, unless it has one, and tells the one that it has. A store without
   * it does not notice a wrong pepper.
   */
  notePepper?(version: number, check: string): MaybePromise<string>
}

/** One limit a request is charged to. Rates are per key of the store, by GCRA. */
export interface LimitCharge {
  /** Policy and caller, such as `writes:org_1:test`. */
  readonly key: string
  /** Milliseconds one unit takes to come back. */
  readonly intervalMs: number
  /** Units that may be spent at once. */
  readonly burst: number
  /** Units this request takes; 0 only looks. */
  readonly cost: number
}

export interface LimitVerdict {
  readonly allowed: boolean
  /** Units left to spend at once after this request. */
  readonly remaining: number
  /** Milliseconds until a refused request would pass; 0 when allowed. */
  readonly retryAfterMs: number
  /** Milliseconds until the whole burst is back. */
  readonly resetMs: number
}

/** Where limits are kept. All charges are checked first, then all are spent, or none. */
export interface LimitStore {
  take(charges: readonly LimitCharge[]): MaybePromise<readonly LimitVerdict[]>
}

/** A response as recorded for replays. */
export interface RecordedReply {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
}

/** What is known of an idempotency key. `fingerprint` is of the request that claimed it. */
export type IdempotencyRecord =
  | { readonly state: 'running'; readonly fingerprint: string; readonly attempt: number; readonly leaseMs: number }
  | {
      readonly state: 'finished'
      readonly fingerprint: string
      readonly attempt: number
      readonly reply: RecordedReply
    }
  | { readonly state: 'unknown'; readonly fingerprint: string; readonly attempt: number }
  | { readonly state: 'expired'; readonly fingerprint: string; readonly attempt: number }

/** The answer to a claim: the attempt number to finish with, or the record that stands in the way. */
export type IdempotencyClaim = { readonly state: 'claimed'; readonly attempt: number } | IdempotencyRecord

/**
 * Where idempotency keys are kept. A scope names tenant, environment, method, route and key, unambiguously.
 * `finish`, `release` and `abandon` act only while the attempt still owns a running claim, and tell whether they did.
 */
export interface IdempotencyStore<Tx = unknown> {
  find(scope: string): MaybePromise<IdempotencyRecord | undefined>
  /** Claims a free scope, or tells what is there. A claim whose lease has passed is `unknown` from then on. */
  claim(scope: string, fingerprint: string, leaseMs: number): MaybePromise<IdempotencyClaim>
  finish(scope: string, attempt: number, reply: RecordedReply): MaybePromise<boolean>
  /** Forgets the claim: nothing happened, a retry may run. */
  release(scope: string, attempt: number): MaybePromise<boolean>
  /** Keeps the claim as `unknown` until somebody settles it. */
  abandon(scope: string, attempt: number): MaybePromise<boolean>
  /** Settles an unknown outcome: with the reply that was meant, or with `undefined` for "nothing happened". */
  settle(scope: string, attempt: number, reply: RecordedReply | undefined): MaybePromise<boolean>
  /** The result of a named step of the attempt, or `undefined`. */
  findStep(scope: string, step: string): MaybePromise<Uint8Array | undefined>
  saveStep(scope: string, attempt: number, step: string, result: Uint8Array): MaybePromise<boolean>
  /**
   * Present on a transactional store. Runs `work` in one transaction and commits what it ends with: effects and record
   * together. A claim whose scope is taken skips `work` and tells what is there. Without a claim there is no record,
   * only the transaction. A throw rolls everything back.
   */
  transact?(
    claim: { readonly scope: string; readonly fingerprint: string } | undefined,
    work: (tx: Tx) => MaybePromise<TransactionEnd>,
  ): MaybePromise<IdempotencyRecord | undefined>
}

/** Which records to tell: all that is given must match. */
export interface IdempotencyListQuery {
  readonly states: readonly IdempotencyRecord['state'][]
  readonly attempt?: number
  /** Only attempts with a higher number: where a list of `limit` goes on. */
  readonly after?: number
  readonly limit: number
}

/** A record as whoever operates the API sees it. */
export interface IdempotencyListing {
  readonly scope: string
  readonly attempt: number
  readonly state: IdempotencyRecord['state']
  /** When its attempt began, in milliseconds since the epoch; absent where there was none that could be lost. */
  readonly claimedAt?: number
  /** Names of the steps whose results are recorded. */
  readonly steps: readonly string[]
}

/** A store that also tells what it has, in the order of attempts. */
export interface IdempotencyInspection {
  list(query: IdempotencyListQuery): MaybePromise<readonly IdempotencyListing[]>
}

/** How a transaction ends: `keep` commits effects and record; `record` only the record; `discard` nothing. */
export type TransactionEnd =
  | { readonly effects: 'keep' | 'record'; readonly reply: RecordedReply }
  | { readonly effects: 'discard' }

/** One side of an exchange as a log keeps it: credentials struck out, the body cut. */
export interface LoggedMessage {
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Absent where there was none, nobody read it, or it is no text. */
  readonly body?: string
  /** Why the body is not there as it was sent, in words, such as `cut after 16384 of 70000 bytes`. */
  readonly note?: string
}

/** A request as a log keeps it. */
export interface LogEntry {
  readonly event: LogEvent
  /** Path and query, credentials struck out. */
  readonly target: string
  /** Absent for a failure outside any request, and where the log had no room. */
  readonly request?: LoggedMessage
  readonly reply?: LoggedMessage
}

/** An entry with its place in the log. */
export interface StoredLogEntry extends LogEntry {
  /** Higher for a later entry. */
  readonly id: number
}

/** What to read of a log: all that is given must match. */
export interface LogQuery {
  /** Only entries older than this id: newest first. */
  readonly before?: number
  /** Only entries newer than this id: oldest first. */
  readonly after?: number
  readonly limit: number
  /** Lowest and highest status. */
  readonly statuses?: readonly [lowest: number, highest: number]
  readonly code?: string
  readonly operation?: string
  readonly requestId?: string
  readonly contract?: string
  readonly source?: string
}

/** Entries without their messages, and where reading goes on. */
export interface LogPage {
  readonly entries: readonly Omit<StoredLogEntry, 'request' | 'reply'>[]
  /** The `before`, or `after`, that goes on; absent at the end. A page may be empty and still have one. */
  readonly next?: number
}

/** What to count: requests since a time, in milliseconds since the epoch. */
export interface LogCountQuery extends Pick<LogQuery, 'contract' | 'statuses' | 'code' | 'operation' | 'source'> {
  readonly since: number
}

/** Requests that came to the same. */
export interface LogGroup {
  readonly contract: string
  readonly operation: string | undefined
  readonly status: number
  readonly code: string | undefined
  readonly declared: boolean
  readonly count: number
  /** Milliseconds since the epoch, to some seconds. */
  readonly lastAt: number
}

/** Requests of a stretch of time, by the first digit of their status. */
export interface LogSlot {
  readonly at: number
  readonly counts: Readonly<Record<number, number>>
}

/** Keeps entries of a log, and counts them. */
export interface LogStore {
  /** Adds all of them or none; the id of the last. */
  write(entries: readonly LogEntry[]): MaybePromise<number>
  read(query: LogQuery): MaybePromise<LogPage>
  find(id: number): MaybePromise<StoredLogEntry | undefined>
  /** The id of the newest entry; 0 for none. */
  head(): MaybePromise<number>
  groups(query: LogCountQuery): MaybePromise<readonly LogGroup[]>
  /** In order of time; stretches without a request are left out. */
  series(query: LogCountQuery, slotMs: number): MaybePromise<readonly LogSlot[]>
  /** Drops up to `limit` of what is too old or too much; tells how many. */
  sweep(limit: number): MaybePromise<number>
}

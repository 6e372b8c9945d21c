import { createHash } from 'node:crypto'
import type {
  IdempotencyClaim,
  IdempotencyInspection,
  IdempotencyRecord,
  IdempotencyStore,
  RecordedReply,
} from '../server/stores.ts'
import type { RedisClient } from './redis-client.ts'
import {
  abandonScript,
  claimScript,
  findScript,
  findStepScript,
  finishScript,
  recordLayout,
  releaseScript,
  saveStepScript,
  settleScript,
} from './redis-idempotency-scripts.ts'
import { redisListing } from './redis-listing.ts'
import type { RedisScript } from './redis-script.ts'
import { type RedisCall, redisServer } from './redis-server.ts'

export interface RedisIdempotencyOptions {
  /** Starts the name of every key. Default `culpa:`. */
  readonly prefix?: string
  /** How long Redis may take to answer a look or a claim before the answer is 503, in milliseconds. Default 25. */
  readonly timeoutMs?: number
  /** How long it may take to record what has happened: giving up there costs more than waiting. Default 1000. */
  readonly recordTimeoutMs?: number
  /** How long a response is kept after it was recorded, in milliseconds. Default 24 hours. */
  readonly responseTtlMs?: number
  /** How long the key is known after that recording, in milliseconds. Default 35 days. */
  readonly tombstoneTtlMs?: number
  /** Milliseconds since the epoch; for tests. Default: the clock of Redis. */
  readonly now?: () => number
}

export interface RedisIdempotency extends IdempotencyStore<undefined>, IdempotencyInspection {}

const dayMs = 86_400_000

/**
 * Keeps idempotency keys in Redis, in lease mode, for handlers that call foreign systems. Each step is one script, so one
 * round trip. What Redis forgets is forgotten: it wants `appendonly yes` with `appendfsync always`, `maxmemory-policy
 * noeviction`, and a failover may lose what it had acknowledged. An outcome that is unknown stays until it is settled.
 * @throws {TypeError} for what is no client; from its methods for a record that a newer release wrote
 * @example
 * createApi({ contract, operations, guards: { keys, idempotency: idempotency(redisIdempotency(client)) } })
 */
export function redisIdempotency(client: RedisClient, options: RedisIdempotencyOptions = {}): RedisIdempotency {
  const { prefix = 'culpa:', timeoutMs = 25, recordTimeoutMs = 1000, now } = options
  const { responseTtlMs = dayMs, tombstoneTtlMs = 35 * dayMs } = options
  const server = redisServer(client)

  async function ask(
    script: RedisScript,
    scope: string,
    values: readonly (string | number)[],
    call: RedisCall,
  ): Promise<readonly unknown[]> {
    const hash = createHash('sha256').update(scope).digest('base64url')
    const keys = [`${prefix}idempotency:{${hash}}`, `${prefix}reply:{${hash}}`]
    try {
      return await server.run(script, keys, [responseTtlMs, tombstoneTtlMs, ...values], { now, ...call })
    } catch (cause) {
      throw readableError(cause)
    }
  }

  const change = async (script: RedisScript, scope: string, attempt: number, ...values: (string | number)[]) =>
    Number((await ask(script, scope, [attempt, ...values], { timeoutMs: recordTimeoutMs, isEnd: true }))[0]) > 0

  const release = (scope: string, attempt: number) => change(releaseScript, scope, attempt)

  /** Nobody works under a claim that was answered too late: without this its outcome would be unknown for ever. */
  const undoClaim = (scope: string) => (answer: readonly unknown[]) => {
    if (String(answer[0]) === 'claimed') release(scope, Number(answer[1])).catch(() => undefined)
  }

  return {
    async find(scope) {
      return toRecord(await ask(findScript, scope, [], { timeoutMs }))
    },
    async claim(scope, fingerprint, leaseMs): Promise<IdempotencyClaim> {
      const answer = await ask(claimScript, scope, [fingerprint, Math.ceil(leaseMs), scope], {
        timeoutMs,
        whenLate: undoClaim(scope),
      })
      if (String(answer[0]) === 'claimed') return { state: 'claimed', attempt: Number(answer[1]) }
      return toRecord(answer) as IdempotencyRecord
    },
    finish: (scope, attempt, reply) => change(finishScript, scope, attempt, ...toValues(reply)),
    release,
    abandon: (scope, attempt) => change(abandonScript, scope, attempt),
    settle: (scope, attempt, reply) =>
      change(settleScript, scope, attempt, ...(reply === undefined ? [] : toValues(reply))),
    async findStep(scope, step) {
      const [result] = await ask(findStepScript, scope, [step], { timeoutMs })
      return result === null || result === undefined ? undefined : toBytes(result)
    },
    list: redisListing(server, prefix, { timeoutMs: recordTimeoutMs, now }),
    saveStep: (scope, attempt, step, result) => change(saveStepScript, scope, attempt, step, toText(result)),
  }
}

function toRecord([state, fingerprint, attempt, leftMs, ...reply]: readonly unknown[]): IdempotencyRecord | undefined {
  const known = { fingerprint: String(fingerprint), attempt: Number(attempt) }
  switch (String(state)) {
    case 'none':
      return undefined
    case 'running':
      return { state: 'running', ...known, leaseMs: Number(leftMs) }
    case 'finished':
      // Redis may drop the reply before its record, when memory runs out.
      return reply[0] === null ? { state: 'expired', ...known } : { state: 'finished', ...known, reply: toReply(reply) }
    case 'unknown':
      return { state: 'unknown', ...known }
    default:
      return { state: 'expired', ...known }
  }
}

function toValues({ status, headers, body }: RecordedReply): [number, string, string] {
  return [status, JSON.stringify(headers), toText(body)]
}

function toReply([status, headers, body]: readonly unknown[]): RecordedReply {
  return {
    status: Number(status),
    headers: JSON.parse(String(headers)) as RecordedReply['headers'],
    body: toBytes(body),
  }
}

/** One character a byte: clients take and give text, and ASCII stays as long as it is. */
function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

function toBytes(text: unknown): Uint8Array {
  return new Uint8Array(Buffer.from(String(text), 'latin1'))
}

function readableError(cause: unknown): unknown {
  const layout = cause instanceof Error ? /CULPA-LAYOUT (\S+)/.exec(cause.message)?.[1] : undefined
  if (layout === undefined) return cause
  return new TypeError(
    `Redis holds an idempotency record of layout ${layout}; this release knows ${recordLayout}. Remedy: update culpa.`,
  )
}

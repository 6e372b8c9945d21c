import { type Breaker, createBreaker } from './breaker.ts'
import {
  type PostgresCalls,
  type PostgresConnection,
  type PostgresPool,
  type PostgresRow,
  postgresCalls,
} from './postgres-client.ts'
import { requireVersion } from './postgres-schema.ts'

/** How long Postgres may take for what the stores ask, in milliseconds, waiting for a connection included. */
const defaultTimeoutMs = 2000

/** What the stores of one pool have in common. Nothing waits longer than told; a silent server is given up for a while. */
export interface PostgresServer {
  /** One statement; `whenLate` gets what comes after it was given up. @throws {TypeError} when the schema is not that of this release */
  query(
    text: string,
    values: readonly unknown[],
    whenLate?: (rows: readonly PostgresRow[]) => void,
  ): Promise<readonly PostgresRow[]>
  /** One statement that ends what was begun: asked even while the server is given up. */
  finish(text: string, values: readonly unknown[]): Promise<readonly PostgresRow[]>
  /** A connection, after its first batch. @throws {TypeError} when the schema is not that of this release */
  open(batch: string): Promise<Opened>
  /** Another batch on a connection. */
  batch(connection: PostgresConnection, text: string): Promise<readonly (readonly PostgresRow[])[]>
}

export interface Opened {
  readonly connection: PostgresConnection
  readonly results: readonly (readonly PostgresRow[])[]
}

interface Shared {
  readonly calls: PostgresCalls
  readonly breaker: Breaker
  checked?: boolean
}

export function postgresServer(pool: PostgresPool, store: string, timeoutMs = defaultTimeoutMs): PostgresServer {
  const shared = sharedOf(pool)
  const { calls, breaker } = shared

  async function check(): Promise<void> {
    if (shared.checked) return
    await breaker.run(() => requireVersion((text) => calls.query(text, []), store), timeoutMs)
    shared.checked = true
  }

  async function openNow(batch: string, isGivenUp: () => boolean): Promise<Opened> {
    const connection = await calls.connect()
    if (isGivenUp()) {
      // Whoever waits behind must not wait for a batch that nobody reads.
      connection.release()
      throw new Error('the connection came too late')
    }
    try {
      return { connection, results: await connection.batch(batch) }
    } catch (cause) {
      connection.release(true)
      throw cause
    }
  }

  return {
    async query(text, values, whenLate) {
      await check()
      return breaker.run(() => calls.query(text, values), timeoutMs, whenLate)
    },
    finish: (text, values) => breaker.finish(() => calls.query(text, values), timeoutMs),
    async open(batch) {
      await check()
      let isGivenUp = false
      const ask = () => openNow(batch, () => isGivenUp)
      return breaker
        .run(ask, timeoutMs, ({ connection }) => connection.release(true))
        .finally(() => {
          isGivenUp = true
        })
    },
    batch: (connection, text) => breaker.finish(() => connection.batch(text), timeoutMs),
  }
}

const knownPools = new WeakMap<PostgresPool, Shared>()

function sharedOf(pool: PostgresPool): Shared {
  const known = knownPools.get(pool)
  if (known !== undefined) return known
  const shared: Shared = { calls: postgresCalls(pool), breaker: createBreaker('Postgres') }
  knownPools.set(pool, shared)
  return shared
}

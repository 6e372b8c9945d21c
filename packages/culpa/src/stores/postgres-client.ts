/** A row as the driver gives it. Numbers of 64 bits may be text. */
export type PostgresRow = Readonly<Record<string, unknown>>

/** The part of a pool's client that the stores use: `PoolClient` of `pg` has it. */
export interface PgClient {
  query(text: string, values?: unknown[]): Promise<PgResult>
  release(destroy?: boolean): void
  on(event: 'error', listener: (error: Error) => void): unknown
}

/** The part of `Pool` of `pg` that the stores use. */
export interface PgPool {
  connect(): Promise<PgClient>
  query(text: string, values?: unknown[]): Promise<PgResult>
  on(event: 'error', listener: (error: Error) => void): unknown
}

interface PgResult {
  rows: unknown[]
}

/** The part of a reserved connection of `postgres` (postgres.js) that the stores use. */
export interface PostgresJsReserved {
  unsafe(text: string, values?: never[]): PromiseLike<unknown>
  release(): void
}

/** The part of `postgres()` of postgres.js that the stores use. */
export interface PostgresJs {
  unsafe(text: string, values?: never[]): PromiseLike<unknown>
  reserve(): Promise<PostgresJsReserved>
}

/** Connections of yours. The stores neither open nor close the pool. */
export type PostgresPool = PgPool | PostgresJs

/** What a handler gets as `tx`: a client of the pool, as its driver types it. */
export type ClientOf<Pool> = Pool extends { reserve(): Promise<infer Client> }
  ? Client
  : // Two signatures, as the types of pg have it: with one of them nothing could be inferred.
    Pool extends { connect: { (): Promise<infer Client>; (callback: never): unknown } }
    ? Client
    : Pool extends { connect(): Promise<infer Client> }
      ? Client
      : never

/** One way to ask, whichever the driver. */
export interface PostgresCalls {
  connect(): Promise<PostgresConnection>
  /** One statement on any connection. */
  query(text: string, values: readonly unknown[]): Promise<readonly PostgresRow[]>
}

export interface PostgresConnection {
  /** What the driver gave. */
  readonly client: unknown
  query(text: string, values?: readonly unknown[]): Promise<readonly PostgresRow[]>
  /** Several statements, without values, in one round trip: the rows of each. */
  batch(text: string): Promise<readonly (readonly PostgresRow[])[]>
  /** Gives it back; a broken one is closed. */
  release(isBroken?: boolean): void
}

/** @throws {TypeError} for what is no pool of either library */
export function postgresCalls(pool: PostgresPool): PostgresCalls {
  if (typeof (pool as PgPool | undefined)?.connect === 'function') return ofPg(pool as PgPool)
  if (typeof (pool as PostgresJs | undefined)?.reserve === 'function') return ofPostgresJs(pool as PostgresJs)
  throw new TypeError(
    'culpa/postgres: this is no pool of Postgres. Remedy: pass `new Pool()` of pg, or what `postgres()` of postgres.js gives.',
  )
}

function ofPg(pool: PgPool): PostgresCalls {
  // Without listeners the loss of a connection would end the process; each call tells its own.
  const listening = new WeakSet<PgClient>()
  pool.on('error', ignore)
  return {
    async query(text, values) {
      return (await pool.query(text, [...values])).rows as PostgresRow[]
    },
    async connect() {
      const client = await pool.connect()
      if (!listening.has(client)) client.on('error', ignore)
      listening.add(client)
      return {
        client,
        async query(text, values) {
          return (await client.query(text, values && [...values])).rows as PostgresRow[]
        },
        async batch(text) {
          // Typed for one statement; of several it gives a list.
          const results = (await client.query(text)) as PgResult | readonly PgResult[]
          return [results].flat().map(({ rows }) => rows as PostgresRow[])
        },
        release: (isBroken = false) => client.release(isBroken),
      }
    },
  }
}

function ofPostgresJs(sql: PostgresJs): PostgresCalls {
  const ask = async (on: PostgresJs | PostgresJsReserved, text: string, values: readonly unknown[] = []) =>
    // Its values are typed by the types it was set up with; these are texts, whole numbers and bytes, which all can be.
    (await on.unsafe(text, [...values] as never[])) as readonly PostgresRow[]
  return {
    query: (text, values) => ask(sql, text, values),
    async connect() {
      const client = await sql.reserve()
      let last: Promise<unknown> = Promise.resolve()
      const askNext = (text: string, values?: readonly unknown[]) => {
        const rows = ask(client, text, values)
        last = rows
        return rows
      }
      return {
        client,
        query: askNext,
        batch: async (text) => (await askNext(text)) as unknown as readonly PostgresRow[][],
        release(isBroken = false) {
          if (!isBroken) return client.release()
          // It has no way to close one. One that is lost ends by itself, and is not to be asked anything; one that was only
          // late, or refused something, is rolled back.
          const giveBack = () => ask(client, 'ROLLBACK; SELECT').then(() => client.release())
          last.then(giveBack, (cause) => (isLost(cause) ? undefined : giveBack())).catch(ignore)
        },
      }
    },
  }
}

function ignore(): void {}

/** The SQLSTATE of an error that Postgres answered with. */
export function sqlState(cause: unknown): string | undefined {
  const code = (cause as { readonly code?: unknown } | undefined)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && code !== 'EPIPE' ? code : undefined
}

/** True when the connection, not the statement, failed: what was under way may have happened or not. */
export function isLost(cause: unknown): boolean {
  const state = sqlState(cause)
  return state === undefined || state.startsWith('08') || state.startsWith('57P')
}

import { randomBytes } from 'node:crypto'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'

/** A stored resource: its data, and what the sandbox itself knows about it. */
export interface Resource<Data> {
  readonly id: string
  readonly tenant: string
  readonly data: Data
  /** Counts the changes, from 1. */
  readonly version: number
  readonly deleted: boolean
  /** Seconds since the epoch. */
  readonly created: number
}

export interface Page<Data> {
  readonly items: readonly Resource<Data>[]
  readonly hasMore: boolean
}

/** Makes the table; resources of all systems share it. */
export function createResourceTable(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS resource (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL, id TEXT NOT NULL, tenant TEXT NOT NULL,
      data TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1, deleted INTEGER NOT NULL DEFAULT 0,
      natural_key TEXT, created INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX IF NOT EXISTS resource_id ON resource (kind, id);
    CREATE UNIQUE INDEX IF NOT EXISTS resource_natural_key
      ON resource (kind, tenant, natural_key) WHERE natural_key IS NOT NULL AND deleted = 0;
    CREATE INDEX IF NOT EXISTS resource_list ON resource (kind, tenant, seq) WHERE deleted = 0;
  `)
}

/** One kind of resource of one system. Its statements run on the sandbox's one connection, inside `tx` where one is open. */
export class Resources<Data extends object> {
  readonly #kind: string
  readonly #prefix: string
  readonly #run: (sql: string, ...values: SQLInputValue[]) => number
  readonly #all: (sql: string, ...values: SQLInputValue[]) => Resource<Data>[]

  /** `kind` names it across systems, as `stripe/customer`; `prefix` begins its ids, as `cus`. */
  constructor(database: DatabaseSync, kind: string, prefix: string) {
    this.#kind = kind
    this.#prefix = prefix
    this.#run = (sql, ...values) => Number(database.prepare(sql).run(...values).changes)
    this.#all = (sql, ...values) =>
      database
        .prepare(sql)
        .all(...values)
        .map((row) => toResource<Data>(row))
  }

  newId(): string {
    return `${this.#prefix}_${randomBytes(12).toString('hex')}`
  }

  /** `undefined` when the id or the natural key is taken. */
  insert(tenant: string, data: Data, options: { id?: string; naturalKey?: string } = {}): Resource<Data> | undefined {
    const { id = this.newId(), naturalKey = null } = options
    const created = Math.floor(Date.now() / 1000)
    const inserted = this.#run(
      'INSERT INTO resource (kind, id, tenant, data, natural_key, created) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      this.#kind,
      id,
      tenant,
      JSON.stringify(data),
      naturalKey,
      created,
    )
    return inserted === 1 ? this.find(id) : undefined
  }

  /** The resource of this id: made now, unless it was there. */
  insertOnce(tenant: string, data: Data, id: string): Resource<Data> {
    return this.insert(tenant, data, { id }) ?? this.find(id)!
  }

  find(id: string): Resource<Data> | undefined {
    return this.#all('SELECT * FROM resource WHERE kind = ? AND id = ?', this.#kind, id)[0]
  }

  findByNaturalKey(tenant: string, naturalKey: string): Resource<Data> | undefined {
    return this.#all(
      'SELECT * FROM resource WHERE kind = ? AND tenant = ? AND natural_key = ? AND deleted = 0',
      this.#kind,
      tenant,
      naturalKey,
    )[0]
  }

  /** In creation order, after the resource `startingAfter`. */
  list(tenant: string, limit: number, startingAfter: string | undefined): Page<Data> {
    const after = startingAfter === undefined ? '0' : '(SELECT seq FROM resource WHERE kind = ?1 AND id = ?4)'
    const sql = `SELECT * FROM resource WHERE kind = ?1 AND tenant = ?2 AND deleted = 0 AND seq > ${after} ORDER BY seq LIMIT ?3`
    const rest = startingAfter === undefined ? [] : [startingAfter]
    const found = this.#all(sql, this.#kind, tenant, limit + 1, ...rest)
    return { items: found.slice(0, limit), hasMore: found.length > limit }
  }

  /** False when the version is no longer the one given. */
  update(id: string, data: Data, version: number): boolean {
    const sql =
      'UPDATE resource SET data = ?, version = version + 1 WHERE kind = ? AND id = ? AND version = ? AND deleted = 0'
    return this.#run(sql, JSON.stringify(data), this.#kind, id, version) === 1
  }

  delete(id: string): boolean {
    return (
      this.#run(
        'UPDATE resource SET deleted = 1, version = version + 1 WHERE kind = ? AND id = ? AND deleted = 0',
        this.#kind,
        id,
      ) === 1
    )
  }
}

function toResource<Data>(row: Record<string, unknown>): Resource<Data> {
  return {
    id: String(row.id),
    tenant: String(row.tenant),
    data: JSON.parse(String(row.data)) as Data,
    version: Number(row.version),
    deleted: row.deleted === 1,
    created: Number(row.created),
  }
}

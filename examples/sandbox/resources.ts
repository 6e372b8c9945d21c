import { randomBytes } from 'node:crypto'
import { type Row, statement, type Work } from './database/work.ts'

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

/** What to read of the table, so that `toResource` understands it. */
export const resourceColumns = 'id, tenant, CAST(data AS TEXT) AS data, version, deleted, created'

/** One kind of resource of one system. Resources of all systems share a table. */
export class Resources<Data extends object> {
  readonly kind: string
  readonly #prefix: string

  /** `kind` names it across systems, as `stripe/customer`; `prefix` begins its ids, as `cus`. */
  constructor(kind: string, prefix: string) {
    this.kind = kind
    this.#prefix = prefix
  }

  /** `undefined` when the id or the natural key is taken. */
  *insert(
    tenant: string,
    data: Data,
    options: { id?: string; naturalKey?: string } = {},
  ): Work<Resource<Data> | undefined> {
    const { id = `${this.#prefix}_${randomBytes(12).toString('hex')}`, naturalKey = null } = options
    const created = Math.floor(Date.now() / 1000)
    const sql = `INSERT INTO resource (kind, id, tenant, data, natural_key, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
      ON CONFLICT DO NOTHING RETURNING ${resourceColumns}`
    return this.#first(yield* statement(sql, this.kind, id, tenant, data, naturalKey, created))
  }

  /** The resource of this id: made now, unless it was there. */
  *insertOnce(tenant: string, data: Data, id: string): Work<Resource<Data>> {
    return (yield* this.insert(tenant, data, { id })) ?? (yield* this.find(id))!
  }

  *find(id: string): Work<Resource<Data> | undefined> {
    const sql = `SELECT ${resourceColumns} FROM resource WHERE kind = ?1 AND id = ?2`
    return this.#first(yield* statement(sql, this.kind, id))
  }

  *findByNaturalKey(tenant: string, naturalKey: string): Work<Resource<Data> | undefined> {
    const sql = `SELECT ${resourceColumns} FROM resource
      WHERE kind = ?1 AND tenant = ?2 AND natural_key = ?3 AND deleted = 0`
    return this.#first(yield* statement(sql, this.kind, tenant, naturalKey))
  }

  /** In creation order, after the resource `startingAfter`. */
  *list(tenant: string, limit: number, startingAfter: string | undefined): Work<Page<Data>> {
    const sql = `SELECT ${resourceColumns} FROM resource WHERE kind = ?1 AND tenant = ?2 AND deleted = 0
      AND seq > coalesce((SELECT seq FROM resource WHERE kind = ?1 AND id = ?4), 0) ORDER BY seq LIMIT ?3`
    return toPage(yield* statement(sql, this.kind, tenant, limit + 1, startingAfter ?? null), limit)
  }

  /** The resource as it is now; `undefined` when the version is no longer the one given. */
  *update(id: string, data: Data, version: number): Work<Resource<Data> | undefined> {
    const sql = `UPDATE resource SET data = ?1, version = version + 1
      WHERE kind = ?2 AND id = ?3 AND version = ?4 AND deleted = 0 RETURNING ${resourceColumns}`
    return this.#first(yield* statement(sql, data, this.kind, id, version))
  }

  *delete(id: string): Work<void> {
    const sql = 'UPDATE resource SET deleted = 1, version = version + 1 WHERE kind = ?1 AND id = ?2 AND deleted = 0'
    yield* statement(sql, this.kind, id)
  }

  #first([row]: readonly Row[]): Resource<Data> | undefined {
    return row && toResource<Data>(row)
  }
}

/** A page of rows, of which one more than `limit` was asked for. */
export function toPage<Data>(rows: readonly Row[], limit: number): Page<Data> {
  return { items: rows.slice(0, limit).map((row) => toResource<Data>(row)), hasMore: rows.length > limit }
}

function toResource<Data>(row: Row): Resource<Data> {
  return {
    id: String(row.id),
    tenant: String(row.tenant),
    data: row.data as Data,
    version: Number(row.version),
    deleted: Number(row.deleted) === 1,
    created: Number(row.created),
  }
}

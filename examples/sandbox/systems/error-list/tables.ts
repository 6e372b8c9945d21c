import type { DatabaseSync } from 'node:sqlite'
import { type Page, Resources } from '../../resources.ts'
import type { Charge } from './model.ts'

const chargeKind = 'error-list/charge'

/** Where the error-list API keeps what it made. */
export function errorListTables(database: DatabaseSync) {
  const charges = new Resources<Charge>(database, chargeKind, 'chg')
  return {
    charges,
    /** The first of a tenant's charges with this description, in creation order, at most `limit`. */
    findByDescription(tenant: string, description: string, limit: number): Page<Charge> {
      const ids = database.prepare(searchQuery).all(chargeKind, tenant, description, limit + 1)
      const items = ids.slice(0, limit).map(({ id }) => charges.find(String(id))!)
      return { items, hasMore: ids.length > limit }
    },
  }
}

export type ErrorListTables = ReturnType<typeof errorListTables>

const searchQuery = `
  SELECT id FROM resource WHERE kind = ? AND tenant = ? AND deleted = 0 AND data ->> 'description' = ?
  ORDER BY seq LIMIT ?`

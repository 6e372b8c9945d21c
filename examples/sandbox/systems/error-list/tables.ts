import { statement, type Work } from '../../database/work.ts'
import { type Page, Resources, resourceColumns, toPage } from '../../resources.ts'
import type { Charge } from './model.ts'

export const charges = new Resources<Charge>('error-list/charge', 'chg')

/** The first of a tenant's charges with this description, in creation order, at most `limit`. */
export function* findByDescription(tenant: string, description: string, limit: number): Work<Page<Charge>> {
  return toPage(yield* statement(searchQuery, charges.kind, tenant, description, limit + 1), limit)
}

const searchQuery = `
  SELECT ${resourceColumns} FROM resource
  WHERE kind = ?1 AND tenant = ?2 AND deleted = 0 AND data ->> 'description' = ?3
  ORDER BY seq LIMIT ?4`

import type { ErrorDeclaration, Fold } from './declaration.ts'
import type { Profile } from './profile.ts'

/** What {@link foldStatus} and {@link foldType} need to know of a contract. */
export interface FoldTable {
  readonly statuses: ReadonlySet<number>
  readonly types: ReadonlySet<string>
  readonly folds: NonNullable<Profile['folds']>
  readonly typeByStatus: NonNullable<Profile['typeByStatus']>
}

/**
 * The status that goes out for a declared one: itself where the table has it, else what the profile says, else the two
 * substitutions RFC 9110 allows (§15.5.4: 403 → 404; §15.5.11: 410 → 404), else the class's own x00 (§15).
 */
export function foldStatus(status: number, table: FoldTable): { status: number; fold?: Fold } {
  if (table.statuses.has(status)) return { status }
  const override = table.folds[status]
  if (override !== undefined) return folded(status, override.to, override.why)
  if (status === 403 && table.statuses.has(404)) {
    return folded(403, 404, 'RFC 9110 §15.5.4: 404 may stand for 403, to hide that the resource exists.')
  }
  if (status === 410 && table.statuses.has(404)) {
    return folded(410, 404, 'RFC 9110 §15.5.11: 404 may stand for 410 where removal is not told apart.')
  }
  return status < 500
    ? folded(status, 400, 'RFC 9110 §15: an unknown 4xx status is treated as 400.')
    : folded(status, 500, 'RFC 9110 §15: an unknown 5xx status is treated as 500.')
}

/** The type that goes out: the declared one, else the status's; where the profile lacks it, the class's own. */
export function foldType(declaration: ErrorDeclaration, table: FoldTable): { type: string; fold?: Fold } {
  const byClass = declaration.status < 500 ? 'invalid_request_error' : 'api_error'
  const wanted = declaration.type ?? table.typeByStatus[declaration.status] ?? byClass
  if (table.types.has(wanted)) return { type: wanted }
  const why = `This API has no type ${wanted}; ${byClass} is its type for ${declaration.status < 500 ? '4xx' : '5xx'}.`
  return { type: byClass, fold: { from: wanted, to: byClass, why } }
}

function folded(from: number, to: number, why: string): { status: number; fold: Fold } {
  return { status: to, fold: { from: String(from), to: String(to), why } }
}

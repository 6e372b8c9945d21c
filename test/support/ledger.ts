import { DatabaseSync } from 'node:sqlite'

export interface LedgerRow {
  readonly instrument: string
  /** False while the processor has not settled it. */
  readonly settled: boolean
}

/** What the processor has in its own books, beside the sandbox's database. */
export function ledgerOf(databaseFile: string): readonly LedgerRow[] {
  const database = new DatabaseSync(`${databaseFile}.processor`, { readOnly: true })
  try {
    return database
      .prepare('SELECT request, payment FROM entry ORDER BY rowid')
      .all()
      .map(({ request, payment }) => ({
        instrument: (JSON.parse(String(request)) as { instrument: string }).instrument,
        settled: payment !== null,
      }))
  } finally {
    database.close()
  }
}

/** How many payments the processor has settled, approved or declined. */
export function settledPayments(databaseFile: string): number {
  return ledgerOf(databaseFile).filter(({ settled }) => settled).length
}

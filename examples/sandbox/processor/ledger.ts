import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { ShownCard } from './outcomes.ts'

/** The card that was charged. */
export interface PaidCard extends ShownCard {
  /** The same for every payment with this card. */
  readonly fingerprint: string
}

/** A payment as the processor answers it. */
export interface Payment {
  readonly id: string
  readonly result: 'approved' | 'declined'
  readonly reason?: string
  readonly card?: PaidCard
}

/** What the processor remembers of an idempotency key. */
export interface LedgerEntry {
  /** `open` while nobody knows how it ends. */
  readonly state: 'open' | 'closed'
  readonly request: string
  readonly payment: Payment | undefined
}

/** The processor's own books: one entry for each idempotency key, for ever. */
export class Ledger {
  readonly #database: DatabaseSync

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { timeout: 5_000 })
    this.#database.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, request TEXT NOT NULL, payment TEXT) STRICT;
    `)
  }

  find(key: string): LedgerEntry | undefined {
    const row = this.#database.prepare('SELECT request, payment FROM entry WHERE key = ?').get(key)
    if (row === undefined) return undefined
    const payment = row.payment === null ? undefined : (JSON.parse(String(row.payment)) as Payment)
    return { state: payment === undefined ? 'open' : 'closed', request: String(row.request), payment }
  }

  /** True for the one that opened the entry. */
  open(key: string, request: string): boolean {
    const done = this.#database
      .prepare('INSERT INTO entry (key, request) VALUES (?, ?) ON CONFLICT DO NOTHING')
      .run(key, request)
    return Number(done.changes) === 1
  }

  close(key: string, payment: Payment): void {
    this.#database.prepare('UPDATE entry SET payment = ? WHERE key = ?').run(JSON.stringify(payment), key)
  }
}

export function newPaymentId(): string {
  return randomBytes(12).toString('hex')
}

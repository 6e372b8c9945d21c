import type { KeyStore, StoredKey } from '../server/stores.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { requireSchema } from './sqlite-schema.ts'

interface Row {
  readonly key_id: string
  readonly tenant: string
  readonly environment: string
  readonly scopes: string
  readonly plan: string | null
  readonly secrets: string
  readonly revoked_at: number | null
  readonly expires_at: number | null
  readonly suspended: number | null
  readonly last_used_at: number | null
}

const columns = 'key_id, tenant, environment, scopes, plan, secrets, revoked_at, expires_at, suspended, last_used_at'

/**
 * Keeps API keys in SQLite. A change is seen by the next request of every process on the file.
 * @throws {TypeError} when `migrate(db)` was not called
 * @example
 * apiKeys(sqliteKeys(db), { peppers: { 1: process.env.PEPPER ?? '' } })
 */
export function sqliteKeys(db: SqliteDatabase): KeyStore {
  requireSchema(db, 'sqliteKeys')
  const find = db.prepare(`SELECT ${columns} FROM culpa_keys WHERE key_id = ?`)
  // In one statement, so that a revocation between another's look-up and save is not lost.
  const save = db.prepare(
    `INSERT INTO culpa_keys (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET tenant = excluded.tenant, environment = excluded.environment, scopes = excluded.scopes,
       plan = excluded.plan, secrets = excluded.secrets, revoked_at = coalesce(revoked_at, excluded.revoked_at),
       expires_at = excluded.expires_at, suspended = excluded.suspended, last_used_at = excluded.last_used_at`,
  )
  const list = db.prepare(`SELECT ${columns} FROM culpa_keys ORDER BY key_id`)
  const listTenant = db.prepare(`SELECT ${columns} FROM culpa_keys WHERE tenant = ? ORDER BY key_id`)
  const touch = db.prepare(
    'UPDATE culpa_keys SET last_used_at = ?1 WHERE key_id = ?2 AND revoked_at IS NULL AND coalesce(last_used_at, -1) < ?1',
  )
  const findPepper = db.prepare('SELECT check_value FROM culpa_peppers WHERE version = ?')
  const savePepper = db.prepare('INSERT INTO culpa_peppers (version, check_value) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const pepperOf = (version: number) => findPepper.get(version) as { readonly check_value: string } | undefined
  return {
    find(keyId) {
      const row = find.get(keyId) as Row | undefined
      return row && toKey(row)
    },
    save(key) {
      save.run(
        key.keyId,
        key.tenant,
        key.environment,
        JSON.stringify(key.scopes),
        key.plan ?? null,
        JSON.stringify(key.secrets),
        wholeMs(key.revokedAt),
        wholeMs(key.expiresAt),
        key.suspended === undefined ? null : Number(key.suspended),
        wholeMs(key.lastUsedAt),
      )
    },
    list: (tenant) => ((tenant === undefined ? list.all() : listTenant.all(tenant)) as Row[]).map(toKey),
    touch(keyId, at) {
      touch.run(Math.floor(at), keyId)
    },
    notePepper(version, check) {
      // Looked for first: a start of the API writes nothing.
      if (pepperOf(version) === undefined) savePepper.run(version, check)
      return pepperOf(version)?.check_value ?? check
    },
  }
}

function wholeMs(time: number | undefined): number | null {
  return time === undefined ? null : Math.floor(time)
}

function toKey(row: Row): StoredKey {
  return {
    keyId: row.key_id,
    tenant: row.tenant,
    environment: row.environment,
    scopes: JSON.parse(row.scopes) as StoredKey['scopes'],
    secrets: JSON.parse(row.secrets) as StoredKey['secrets'],
    ...(row.plan !== null && { plan: row.plan }),
    ...(row.revoked_at !== null && { revokedAt: Number(row.revoked_at) }),
    ...(row.expires_at !== null && { expiresAt: Number(row.expires_at) }),
    ...(row.suspended !== null && { suspended: Number(row.suspended) === 1 }),
    ...(row.last_used_at !== null && { lastUsedAt: Number(row.last_used_at) }),
  }
}

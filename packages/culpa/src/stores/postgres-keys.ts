import type { KeyStore, StoredKey } from '../server/stores.ts'
import type { PostgresPool, PostgresRow } from './postgres-client.ts'
import { postgresServer } from './postgres-server.ts'

export interface PostgresKeyOptions {
  /** How long Postgres may take, waiting for a connection included, in milliseconds. Default 2000. */
  readonly timeoutMs?: number
}

const columns = 'key_id, tenant, environment, scopes, plan, secrets, revoked_at, expires_at, suspended, last_used_at'

/** In one statement, so that a revocation between another's look-up and save is not lost. */
const save = `INSERT INTO culpa_keys AS known (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (key_id) DO UPDATE SET tenant = excluded.tenant, environment = excluded.environment,
    scopes = excluded.scopes, plan = excluded.plan, secrets = excluded.secrets,
    revoked_at = coalesce(known.revoked_at, excluded.revoked_at), expires_at = excluded.expires_at,
    suspended = excluded.suspended, last_used_at = excluded.last_used_at`

/**
 * Keeps API keys in Postgres. A change is seen by the next request of every process; `redisKeys` before it spares the
 * database that question.
 * @throws {TypeError} for what is no pool; from its methods when `migrate(pool)` was not called
 * @example
 * apiKeys(postgresKeys(pool), { peppers: { 1: process.env.PEPPER ?? '' } })
 */
export function postgresKeys(pool: PostgresPool, { timeoutMs }: PostgresKeyOptions = {}): KeyStore {
  const server = postgresServer(pool, 'postgresKeys', timeoutMs)
  return {
    async find(keyId) {
      const [row] = await server.query(`SELECT ${columns} FROM culpa_keys WHERE key_id = $1`, [keyId])
      return row && toKey(row)
    },
    async save(key) {
      await server.query(save, [
        key.keyId,
        key.tenant,
        key.environment,
        JSON.stringify(key.scopes),
        key.plan ?? null,
        JSON.stringify(key.secrets),
        wholeMs(key.revokedAt),
        wholeMs(key.expiresAt),
        key.suspended ?? null,
        wholeMs(key.lastUsedAt),
      ])
    },
    async list(tenant) {
      const rows =
        tenant === undefined
          ? await server.query(`SELECT ${columns} FROM culpa_keys ORDER BY key_id`, [])
          : await server.query(`SELECT ${columns} FROM culpa_keys WHERE tenant = $1 ORDER BY key_id`, [tenant])
      return rows.map(toKey)
    },
    async touch(keyId, at) {
      await server.query(
        `UPDATE culpa_keys SET last_used_at = $1
         WHERE key_id = $2 AND revoked_at IS NULL AND coalesce(last_used_at, -1) < $1`,
        [wholeMs(at), keyId],
      )
    },
    async notePepper(version, check) {
      const kept = async () => {
        const [row] = await server.query('SELECT check_value FROM culpa_peppers WHERE version = $1', [version])
        return row && String(row.check_value)
      }
      const known = await kept()
      if (known !== undefined) return known
      const values = [version, check]
      await server.query('INSERT INTO culpa_peppers VALUES ($1, $2) ON CONFLICT (version) DO NOTHING', values)
      return (await kept()) ?? check
    },
  }
}

function wholeMs(time: number | undefined): number | null {
  return time === undefined ? null : Math.floor(time)
}

function toKey(row: PostgresRow): StoredKey {
  return {
    keyId: String(row.key_id),
    tenant: String(row.tenant),
    environment: String(row.environment),
    scopes: JSON.parse(String(row.scopes)) as StoredKey['scopes'],
    secrets: JSON.parse(String(row.secrets)) as StoredKey['secrets'],
    ...(row.plan !== null && { plan: String(row.plan) }),
    ...(row.revoked_at !== null && { revokedAt: Number(row.revoked_at) }),
    ...(row.expires_at !== null && { expiresAt: Number(row.expires_at) }),
    ...(row.suspended !== null && { suspended: row.suspended === true }),
    ...(row.last_used_at !== null && { lastUsedAt: Number(row.last_used_at) }),
  }
}

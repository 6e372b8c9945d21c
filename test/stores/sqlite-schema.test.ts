import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { migrate, sqliteIdempotency, sqliteKeys } from '../../packages/culpa/src/stores/sqlite.ts'
import { sqliteFile } from './sqlite-file.ts'

function use(body: (file: ReturnType<typeof sqliteFile>) => void): void {
  const file = sqliteFile()
  try {
    body(file)
  } finally {
    file.close()
  }
}

test('stores refuse a database that was not migrated, and name the remedy', () => {
  const db = new DatabaseSync(':memory:')
  expect(() => sqliteKeys(db)).toThrow(/Remedy: call migrate\(db\)/)
  expect(() => sqliteIdempotency(db)).toThrow(/Remedy: call migrate\(db\)/)
  migrate(db)
  sqliteKeys(db)
  sqliteIdempotency(db)
})

test('stores refuse a handle that does not flush every commit', () =>
  use((file) => {
    const db = file.open()
    db.exec('PRAGMA synchronous = NORMAL')
    expect(() => sqliteIdempotency(db)).toThrow(/migrate\(db\)/)
    migrate(db)
    sqliteIdempotency(db)
  }))

test('migrate and the stores refuse a schema newer than the code, and change nothing', () =>
  use((file) => {
    const db = file.open()
    db.exec('UPDATE culpa_schema SET version = 99')
    expect(() => migrate(db)).toThrow(/version 99.*migrate\(db\).*Remedy: update culpa/)
    expect(() => sqliteKeys(db)).toThrow(/version 99/)
    expect(db.isTransaction).toBe(false)
  }))

test('migrate sets up the log, flushes and waiting, and can be repeated without losing anything', () =>
  use((file) => {
    const db = file.open()
    const key = { keyId: 'k', tenant: 't', environment: 'test', scopes: [], secrets: [] }
    sqliteKeys(db).save(key)
    migrate(db)
    expect(sqliteKeys(db).find('k')).toEqual(key)
    const pragma = (name: string) => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('busy_timeout')]).toEqual(['wal', 2, 5000])
  }))

test('migrate leaves stricter settings of the handle alone', () =>
  use((file) => {
    const db = file.open()
    db.exec('PRAGMA synchronous = EXTRA; PRAGMA busy_timeout = 9000')
    migrate(db)
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 3 })
    expect(db.prepare('PRAGMA busy_timeout').get()).toEqual({ timeout: 9000 })
  }))

test('migrate refuses an open transaction and rolls back when a table is in the way', () => {
  const db = new DatabaseSync(':memory:')
  db.exec('BEGIN')
  expect(() => migrate(db)).toThrow(/a transaction is open/)
  db.exec('ROLLBACK; CREATE TABLE culpa_steps (something TEXT)')
  expect(() => migrate(db)).toThrow(/culpa_steps already exists/)
  expect(db.isTransaction).toBe(false)
  expect(db.prepare("SELECT name FROM sqlite_master WHERE name LIKE 'culpa%'").all()).toEqual([{ name: 'culpa_steps' }])
})

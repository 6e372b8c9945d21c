import { DatabaseSync } from 'node:sqlite'
import { migrate, sqliteIdempotency } from '../../packages/culpa/src/stores/sqlite.ts'
import { binary } from './binary-reply.ts'

/**
 * A process of its own on a database file: `race` claims scopes when told, `hang` stays inside a transaction, `write`
 * stays inside one of its own for a moment, before the database was ever migrated.
 */
const [, , task, path = ''] = process.argv
const db = new DatabaseSync(path)

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

if (task === 'write') {
  db.exec('BEGIN IMMEDIATE; CREATE TABLE effects (name TEXT)')
  process.send?.('inside')
  sleep(200)
  db.exec('COMMIT')
  process.disconnect()
} else if (task === 'race') {
  migrate(db)
  const store = sqliteIdempotency(db)
  process.once('message', (scopes: readonly string[]) => {
    process.send?.(
      scopes.map((scope) => store.claim(scope, `f${process.pid}`, 60_000)),
      () => process.disconnect(),
    )
  })
  process.send?.('ready')
} else {
  migrate(db)
  sqliteIdempotency(db).transact({ scope: 's', fingerprint: 'f' }, (tx) => {
    tx.exec("INSERT INTO effects VALUES ('charge')")
    process.send?.('inside')
    sleep(Infinity)
    return { effects: 'keep', reply: binary }
  })
}

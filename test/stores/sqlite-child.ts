import { DatabaseSync } from 'node:sqlite'
import { migrate, sqliteIdempotency } from '../../packages/culpa/src/stores/sqlite.ts'
import { binary } from './binary-reply.ts'

/** A process of its own on a database file: `race` claims scopes when told, `hang` stays inside a transaction. */
const [, , task, path = ''] = process.argv
const db = new DatabaseSync(path)
migrate(db)
const store = sqliteIdempotency(db)

if (task === 'race') {
  process.once('message', (scopes: readonly string[]) => {
    process.send?.(
      scopes.map((scope) => store.claim(scope, `f${process.pid}`, 60_000)),
      () => process.disconnect(),
    )
  })
  process.send?.('ready')
} else {
  store.transact({ scope: 's', fingerprint: 'f' }, (tx) => {
    tx.exec("INSERT INTO effects VALUES ('charge')")
    process.send?.('inside')
    // Messages leave while the thread sleeps only if they were written at once, as pipes are on POSIX.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    return { effects: 'keep', reply: binary }
  })
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrate } from '../../packages/culpa/src/stores/sqlite.ts'

/** A database file of its own, and handles to it. */
export function sqliteFile() {
  const folder = mkdtempSync(join(tmpdir(), 'culpa-sqlite-'))
  const path = join(folder, 'test.db')
  const handles: DatabaseSync[] = []
  return {
    path,
    open(): DatabaseSync {
      const db = new DatabaseSync(path)
      handles.push(db)
      migrate(db)
      return db
    },
    close(): void {
      for (const db of handles) if (db.isOpen) db.close()
      rmSync(folder, { recursive: true })
    },
  }
}

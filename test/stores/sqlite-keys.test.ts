import { sqliteKeys } from '../../packages/culpa/src/stores/sqlite.ts'
import { keyStoreSuite } from './key-store.suite.ts'
import { sqliteFile } from './sqlite-file.ts'

keyStoreSuite('SQLite', () => {
  const file = sqliteFile()
  return { store: sqliteKeys(file.open()), second: sqliteKeys(file.open()), close: file.close }
})

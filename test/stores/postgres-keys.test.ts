import { postgresKeys } from '../../packages/culpa/src/stores/postgres.ts'
import { describePostgres } from '../support/postgres.ts'
import { keyStoreSuite } from './key-store.suite.ts'
import { postgresTables } from './postgres-tables.ts'

describePostgres('keys on Postgres', (server) => {
  const tables = postgresTables(server)
  keyStoreSuite('Postgres', async () => {
    await tables.clear()
    return { store: postgresKeys(tables.pool), second: postgresKeys(tables.sql) }
  })
})

import { Pool } from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe } from 'vitest'
import { type PostgresService, startPostgres } from './postgres-service.ts'
import { programFor } from './program.ts'

export type PostgresUnderTest = Omit<PostgresService, 'close'>

/** Tests on a Postgres of their own, ended with them; skipped where there is none. */
export function describePostgres(name: string, body: (server: PostgresUnderTest) => void): void {
  const file = programFor(name, 'postgres')
  describe.skipIf(file === undefined)(name, () => {
    let service: PostgresService
    beforeAll(async () => {
      service = await startPostgres(file as string)
    })
    afterAll(() => service.close())
    body({
      get port() {
        return service.port
      },
      get pid() {
        return service.pid
      },
      get url() {
        return service.url
      },
      kill: () => service.kill(),
      restart: () => service.restart(),
    })
  })
}

/** A pool of `pg`. */
export function pgPool({ url }: Pick<PostgresUnderTest, 'url'>, max = 4): Pool {
  return new Pool({ connectionString: url, max })
}

/** A pool of postgres.js. */
export function postgresJs({ url }: PostgresUnderTest, max = 4) {
  return postgres(url, { max, onnotice: () => undefined })
}

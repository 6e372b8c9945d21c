import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seededRandom } from '../../packages/culpa/src/client/seeded-random.ts'
import { describeFailingDisk, type FailingDisk } from '../support/disk.ts'
import { type PostgresService, startPostgres } from '../support/postgres-service.ts'
import { programFor } from '../support/program.ts'
import { createLoad } from './load.ts'
import { expectOnce } from './oracle.ts'
import { type Books, withBooks } from './workers.ts'

const isLong = process.env.CULPA_LONG === '1'
const seed = Number(process.env.CULPA_SEED ?? Math.floor(Math.random() * 2 ** 31))
const cutsOf = { sqlite: isLong ? 90 : 3, postgres: isLong ? 20 : 1 }
const postgresFile = programFor('power cuts of Postgres', 'postgres')

/** The server of the database, where it has one. It goes with the power, and comes back with it. */
type Server = Pick<PostgresService, 'kill' | 'restart'>

function testCuts(disk: FailingDisk, books: Books, cuts: number, serverOf: () => Server | undefined): void {
  test(
    `${cuts} of them: no answer that came is lost, and at most one run a key`,
    async () => {
      const random = seededRandom(seed)
      const { start, acknowledged } = createLoad(books, 16, random)
      for (let cut = 0; cut < cuts; cut += 1) {
        const worker = await books.start()
        const load = start([worker])
        await new Promise((resolve) => setTimeout(resolve, 100 + random() * 200))
        await serverOf()?.kill()
        await worker.kill()
        disk.cutPower()
        await Promise.all([load.end(), serverOf()?.restart()])
      }
      const answered = [...acknowledged.values()].filter((seen) => seen.some(({ status }) => status === 200))
      expect(answered.length).toBeGreaterThan(cuts)
      const worker = await books.start()
      await expectOnce(books, worker, acknowledged)
      await worker.kill()
    },
    isLong ? 900_000 : 90_000,
  )
}

describeFailingDisk(`power cuts under load (CULPA_SEED=${seed})`, (disk) => {
  for (const name of ['sqlite', 'sqlite lease'] as const) {
    withBooks(
      name,
      () => join(disk.path, `${name}.db`),
      (books) => testCuts(disk, books, cutsOf.sqlite, () => undefined),
    )
  }

  describe.skipIf(postgresFile === undefined)('with Postgres', () => {
    let server: PostgresService
    beforeAll(async () => {
      // What a database does not wait for by itself, the store has it wait for.
      const settings = ['synchronous_commit=off']
      server = await startPostgres(postgresFile as string, { fsync: true, below: disk.path, settings })
    })
    afterAll(() => server.close())
    withBooks(
      'postgres',
      () => server.url,
      (books) => testCuts(disk, books, cutsOf.postgres, () => server),
    )
  })
})

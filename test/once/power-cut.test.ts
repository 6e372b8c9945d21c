import { join } from 'node:path'
import { expect, test } from 'vitest'
import { seededRandom } from '../../packages/culpa/src/client/seeded-random.ts'
import { describeFailingDisk } from '../support/disk.ts'
import { createLoad } from './load.ts'
import { expectOnce } from './oracle.ts'
import { withBooks } from './workers.ts'

const isLong = process.env.CULPA_LONG === '1'
const seed = Number(process.env.CULPA_SEED ?? Math.floor(Math.random() * 2 ** 31))
const cuts = isLong ? 100 : 3

describeFailingDisk(`power cuts under load (CULPA_SEED=${seed})`, (disk) => {
  for (const name of ['sqlite', 'sqlite lease'] as const) {
    withBooks(
      name,
      () => join(disk.path, `${name}.db`),
      (books) => {
        test(
          `${cuts} of them: no answer that came is lost, and at most one run a key`,
          async () => {
            const random = seededRandom(seed)
            const { start, acknowledged } = createLoad(books, 16, random)
            for (let cut = 0; cut < cuts; cut += 1) {
              const worker = await books.start()
              const load = start([worker])
              await new Promise((resolve) => setTimeout(resolve, 100 + random() * 200))
              await worker.kill()
              disk.cutPower()
              await load.end()
            }
            const answered = [...acknowledged.values()].filter((seen) => seen.some(({ status }) => status === 200))
            expect(answered.length).toBeGreaterThan(cuts)
            const worker = await books.start()
            await expectOnce(books, worker, acknowledged)
            await worker.kill()
          },
          isLong ? 900_000 : 60_000,
        )
      },
    )
  }
})

import { expect, test } from 'vitest'
import { seededRandom } from '../../packages/culpa/src/client/seeded-random.ts'
import { createLoad } from './load.ts'
import { expectOnce } from './oracle.ts'
import { describeKeepings, type Worker } from './workers.ts'

const isLong = process.env.CULPA_LONG === '1'
const seed = Number(process.env.CULPA_SEED ?? Math.floor(Math.random() * 2 ** 31))
const kills = isLong ? 200 : 4

describeKeepings(`random kills under load (CULPA_SEED=${seed})`, (books) => {
  test(
    `${kills} of them: at most one run a key, and every answer that came is given again`,
    async () => {
      const random = seededRandom(seed)
      const workers: Worker[] = await Promise.all([books.start(), books.start()])
      const sent = createLoad(books, 4, random)
      const { acknowledged } = sent
      const load = sent.start(workers)
      for (let kill = 0; kill < kills; kill += 1) {
        await new Promise((resolve) => setTimeout(resolve, random() * 200))
        const victim = Math.floor(random() * workers.length)
        await workers[victim]!.kill()
        workers[victim] = await books.start()
      }
      await load.end()
      expect(acknowledged.size).toBeGreaterThan(kills)
      await expectOnce(books, workers[0]!, acknowledged, ({ executions, replays, violations }) => {
        const ran = `${kills} kills, ${sent.requests} requests, ${executions} executions, ${replays} replays`
        console.info(`${books.name}, CULPA_SEED=${seed}: ${ran}, ${violations} violations`)
      })
      await Promise.all(workers.map((worker) => worker.kill()))
    },
    isLong ? 1_800_000 : 60_000,
  )
})

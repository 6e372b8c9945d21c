import { expect, test } from 'vitest'
import { seededRandom } from '../../packages/culpa/src/client/seeded-random.ts'
import { charge, type Seen } from './charge.ts'
import { expectOnce } from './oracle.ts'
import { describeKeepings, type Worker } from './workers.ts'

const isLong = process.env.CULPA_LONG === '1'
const seed = Number(process.env.CULPA_SEED ?? Math.floor(Math.random() * 2 ** 31))
const kills = isLong ? 200 : 4
const callers = 4

describeKeepings(`random kills under load (CULPA_SEED=${seed})`, (books) => {
  test(
    `${kills} of them: at most one run a key, and every answer that came is given again`,
    async () => {
      const random = seededRandom(seed)
      const acknowledged = new Map<string, Seen[]>()
      const workers: Worker[] = await Promise.all([books.start(), books.start()])
      let isOver = false

      /** Sends new keys, and now and then an old one again, to whichever worker. */
      async function call(caller: number): Promise<void> {
        for (let count = 0; !isOver; count += 1) {
          const old = [...acknowledged.keys()]
          const key = old.length > 0 && random() < 0.4 ? old[Math.floor(random() * old.length)]! : `c${caller}n${count}`
          const list = acknowledged.get(key) ?? []
          acknowledged.set(key, list)
          const seen = await charge(workers[Math.floor(random() * workers.length)]!, books, key)
          if (seen !== undefined) list.push(seen)
          await new Promise((resolve) => setTimeout(resolve, 10))
        }
      }

      const calling = Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)))
      for (let kill = 0; kill < kills; kill += 1) {
        await new Promise((resolve) => setTimeout(resolve, random() * 200))
        const victim = Math.floor(random() * workers.length)
        await workers[victim]!.kill()
        workers[victim] = await books.start()
      }
      isOver = true
      await calling
      expect(acknowledged.size).toBeGreaterThan(kills)
      await expectOnce(books, workers[0]!, acknowledged)
      await Promise.all(workers.map((worker) => worker.kill()))
    },
    isLong ? 1_800_000 : 60_000,
  )
})

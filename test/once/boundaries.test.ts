import { once } from 'node:events'
import { expect, test } from 'vitest'
import { charge, type Seen } from './charge.ts'
import { expectOnce } from './oracle.ts'
import { describeKeepings } from './workers.ts'

/** More than any request has. */
const maxBoundaries = 40

describeKeepings('a process that dies before or after any call of its store', (books) => {
  test('leaves all of a request or nothing; of a lease its effect, its answer, or the word that nobody knows', async () => {
    const acknowledged = new Map<string, Seen[]>()
    for (let boundary = 1, seen: Seen | undefined; seen?.status !== 200; boundary += 1) {
      expect(boundary).toBeLessThan(maxBoundaries)
      const worker = await books.start()
      await worker.meet({ signal: 'SIGKILL', boundary })
      const ended = once(worker.child, 'exit')
      seen = await charge(worker, books, `k${boundary}`)
      acknowledged.set(`k${boundary}`, seen === undefined ? [] : [seen])
      if (seen === undefined) await ended
      await worker.kill()
    }
    expect(acknowledged.size).toBeGreaterThan(4)
    await expectOnce(books, await books.start(), acknowledged)
  })
})

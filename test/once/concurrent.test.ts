import { expect, test } from 'vitest'
import { charge, chargeToTheEnd } from './charge.ts'
import { describeKeepings } from './workers.ts'

describeKeepings('200 requests at once with one key, to four processes', (books) => {
  test('one of them runs, the others are told so or get its answer', async () => {
    const workers = await Promise.all([1, 2, 3, 4].map(() => books.start()))
    const seen = await Promise.all(Array.from({ length: 200 }, (_, index) => charge(workers[index % 4]!, books, 'k1')))
    const runs = await books.runs()
    expect(runs).toHaveLength(1)
    const answer = JSON.stringify({ nonce: runs[0]?.[1] })
    const kinds = new Set(seen.map((one) => `${one?.status} ${one?.code} ${one?.status === 200 ? one.text : ''}`))
    expect([...kinds].filter((kind) => kind !== `200  ${answer}` && kind !== '409 idempotency_in_progress ')).toEqual(
      [],
    )
    expect(seen.filter((one) => one?.status === 200 && !one.replayed)).toHaveLength(1)
    for (const worker of workers) {
      expect(await chargeToTheEnd(worker, books, 'k1')).toEqual({ status: 200, code: '', replayed: true, text: answer })
    }
    await Promise.all(workers.map((worker) => worker.kill()))
  })
})

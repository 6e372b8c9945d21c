import { expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { charge, chargeToTheEnd } from './charge.ts'
import { describeLeases } from './workers.ts'

describeLeases('an owner that is stopped past its lease, and goes on', (books) => {
  test('can write nothing any more, and says so', async () => {
    const [owner, other] = await Promise.all([books.start(), books.start()])
    await owner.meet({ signal: 'SIGSTOP', boundary: 'charged' })
    const first = charge(owner, books, 'k1')
    await until(async () => (await books.runs())[0])
    const unknown = { status: 409, code: 'idempotency_outcome_unknown' }
    expect(await chargeToTheEnd(other, books, 'k1')).toMatchObject(unknown)
    owner.child.kill('SIGCONT')
    expect(await first).toMatchObject(unknown)
    expect(await chargeToTheEnd(other, books, 'k1')).toMatchObject(unknown)
    expect(await books.runs()).toHaveLength(1)
    await Promise.all([owner.kill(), other.kill()])
  })
})

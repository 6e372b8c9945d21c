import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeSmallDisk } from '../support/disk.ts'
import { charge, type Seen } from './charge.ts'
import { expectOnce } from './oracle.ts'
import { withBooks } from './workers.ts'

describeSmallDisk('a disk that is full', 2 * 2 ** 20, (disk) => {
  withBooks(
    'sqlite',
    () => join(disk.path, 'books.db'),
    (books) => {
      test('keyed requests are refused in the contract, reading goes on, and all is well once there is room', async () => {
        const filler = join(disk.path, 'filler')
        const worker = await books.start()
        const acknowledged = new Map<string, Seen[]>()
        let sent = 0
        const send = async () => {
          sent += 1
          const seen = (await charge(worker, books, `k${sent}`)) as Seen
          acknowledged.set(`k${sent}`, [seen])
          return seen
        }
        const read = async () => {
          const response = await fetch(`${worker.url}/charges`, { headers: { authorization: `Bearer ${books.key}` } })
          return [response.status, await response.json()]
        }

        for (let count = 0; count < 5; count += 1) expect((await send()).status).toBe(200)
        fill(filler)
        // What room there is in files that are there already is used first.
        let seen = await send()
        while (seen.status === 200) seen = await send()
        const refused = { status: 503, code: 'service_unavailable', replayed: false }
        expect(seen).toMatchObject(refused)
        const charges = (await books.runs()).length
        for (let count = 0; count < 5; count += 1) {
          expect(await send()).toMatchObject(refused)
          expect(await read()).toEqual([200, { charges }])
          expect(await charge(worker, books, 'k1')).toMatchObject({ status: 200, replayed: true })
        }
        rmSync(filler)
        expect((await send()).status).toBe(200)
        await expectOnce(books, worker, acknowledged)
        expect(await read()).toEqual([200, { charges: sent }])
        await worker.kill()
      })
    },
  )
})

/** Writes until there is no room. */
function fill(path: string): void {
  const file = openSync(path, 'w')
  const some = Buffer.alloc(4096)
  try {
    for (;;) writeSync(file, some)
  } catch (cause) {
    expect((cause as NodeJS.ErrnoException).code).toBe('ENOSPC')
  } finally {
    closeSync(file)
  }
}

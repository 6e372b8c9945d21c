import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import type { RecordedReply } from '../../packages/culpa/src/server/stores.ts'
import { migrate, sqliteIdempotency } from '../../packages/culpa/src/stores/sqlite.ts'
import { sqliteFile } from './sqlite-file.ts'

const keys = 300
/** So few that all of them are still in the log. */
const logged = 60

function replyOf(key: number): RecordedReply {
  return {
    status: 200,
    headers: [['content-type', 'text/plain']],
    body: new TextEncoder().encode(`reply ${key} `.repeat(20)),
  }
}

/** A database of finished requests, closed, so that all of it is in the one file. */
async function written() {
  const file = sqliteFile()
  const db = file.open()
  const store = sqliteIdempotency(db)
  const all = Array.from({ length: keys }, (_, key) =>
    store.transact({ scope: `scope ${key}`, fingerprint: 'f' }, () => ({ effects: 'keep', reply: replyOf(key) })),
  )
  await Promise.all(all)
  db.close()
  return file
}

/** What the stores make of the file: refused as a whole, or the number of requests whose reply it still knows. */
function use(path: string): number | string {
  const db = new DatabaseSync(path)
  try {
    migrate(db)
    const store = sqliteIdempotency(db)
    let known = 0
    for (let key = 0; key < keys; key += 1) {
      const found = store.find(`scope ${key}`)
      if (found instanceof Promise || found?.state !== 'finished') return `scope ${key} is ${found}`
      expect(found.reply).toEqual(replyOf(key))
      known += 1
    }
    return known
  } catch (thrown) {
    const { message } = thrown as Error
    if (!message.includes('damaged')) throw thrown
    return 'damaged'
  } finally {
    db.close()
  }
}

test('a file with a byte changed anywhere is refused, or answers as before: no key looks new, no reply is garbage', async () => {
  const file = await written()
  const bytes = readFileSync(file.path)
  const outcomes = new Set<number | string>()
  // Steps that are no power of two, so that every part of a page has its turn.
  for (let offset = 100; offset < bytes.length; offset += 997) {
    writeFileSync(file.path, bytes)
    const handle = openSync(file.path, 'r+')
    writeSync(handle, Uint8Array.of((bytes[offset] as number) ^ 0x15), 0, 1, offset)
    closeSync(handle)
    outcomes.add(use(file.path))
  }
  file.close()
  expect([...outcomes].sort()).toEqual([keys, 'damaged'])
})

/** The file and its log as a crash leaves them. */
async function crashed() {
  const file = sqliteFile()
  const db = file.open()
  const store = sqliteIdempotency(db)
  for (let key = 0; key < logged; key += 1) {
    await store.transact({ scope: `scope ${key}`, fingerprint: 'f' }, () => ({ effects: 'keep', reply: replyOf(key) }))
  }
  const [bytes, log] = [readFileSync(file.path), readFileSync(`${file.path}-wal`)]
  file.close()
  return { bytes, log }
}

test('a log with a byte changed, or cut short, is refused, or ends there: what it still knows is whole and the oldest', async () => {
  const { bytes, log } = await crashed()
  const file = sqliteFile()
  const known = new Set<number>()
  for (let offset = 0; offset < log.length; offset += Math.floor(log.length / 17)) {
    const changed = Buffer.from(log)
    changed[offset] = (changed[offset] as number) ^ 0x15
    for (const damaged of [changed, log.subarray(0, offset)]) {
      writeFileSync(file.path, bytes)
      writeFileSync(`${file.path}-wal`, damaged)
      const outcome = use(file.path)
      if (outcome === 'damaged') continue
      known.add(typeof outcome === 'number' ? outcome : Number(/^scope (\d+) is undefined$/.exec(outcome)?.[1]))
    }
  }
  file.close()
  expect([...known]).not.toContain(Number.NaN)
  expect(Math.max(...known)).toBeGreaterThan(logged / 2)
  expect(Math.max(...known)).toBeLessThan(logged)
})

test('a file that was cut short, or is none of SQLite, is refused with the remedy', async () => {
  const file = await written()
  const bytes = readFileSync(file.path)
  for (const damaged of [
    bytes.subarray(0, bytes.length - 5 * 4096),
    Buffer.from('not a database at all\n'.repeat(500)),
  ]) {
    writeFileSync(file.path, damaged)
    expect(() => migrate(new DatabaseSync(file.path))).toThrow(/the database is damaged.*Remedy: .*backup/)
  }
  file.close()
})

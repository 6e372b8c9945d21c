import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { IdempotencyClaim } from '../../packages/culpa/src/server/stores.ts'
import { sqliteIdempotency } from '../../packages/culpa/src/stores/sqlite.ts'
import { binary } from './binary-reply.ts'
import { sqliteFile } from './sqlite-file.ts'

const script = fileURLToPath(new URL('sqlite-child.ts', import.meta.url))

function start(task: 'race' | 'hang' | 'write', path: string): ChildProcess {
  return fork(script, [task, path], { execArgv: ['--disable-warning=ExperimentalWarning'] })
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the child ended with ${code}`)))
  const [message] = await Promise.race([once(child, 'message'), failed])
  return message
}

test('of four processes on a new file that race for the same scopes, exactly one claims each', async () => {
  const file = sqliteFile()
  const children = Array.from({ length: 4 }, () => start('race', file.path))
  try {
    expect(await Promise.all(children.map(nextMessage))).toEqual(Array(4).fill('ready'))
    const scopes = Array.from({ length: 50 }, (_, index) => `s${index}`)
    const answers = children.map(nextMessage) as Promise<IdempotencyClaim[]>[]
    for (const child of children) child.send(scopes)
    const claims = await Promise.all(answers)
    const attempts = new Set<number>()
    for (const index of scopes.keys()) {
      const states = claims.map((list) => list[index]!.state).sort()
      expect(states).toEqual(['claimed', 'running', 'running', 'running'])
      expect(new Set(claims.map((list) => list[index]!.attempt)).size).toBe(1)
      attempts.add(claims[0]![index]!.attempt)
    }
    expect(attempts.size).toBe(50)
  } finally {
    for (const child of children) child.kill('SIGKILL')
    file.close()
  }
})

test('a process killed in the middle of a transaction leaves nothing, and a retry runs', async () => {
  const file = sqliteFile()
  const db = file.open()
  db.exec('CREATE TABLE effects (name TEXT)')
  const store = sqliteIdempotency(db)
  const child = start('hang', file.path)
  try {
    expect(await nextMessage(child)).toBe('inside')
    db.exec('PRAGMA busy_timeout = 0')
    expect(() => db.exec('BEGIN IMMEDIATE')).toThrow(/locked/)
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    expect(store.find('s')).toBeUndefined()
    const retry = await store.transact({ scope: 's', fingerprint: 'f' }, (tx) => {
      expect(tx.prepare('SELECT * FROM effects').all()).toEqual([])
      tx.exec("INSERT INTO effects VALUES ('charge')")
      return { effects: 'keep', reply: binary }
    })
    expect(retry).toBeUndefined()
    expect(db.prepare('SELECT name FROM effects').all()).toEqual([{ name: 'charge' }])
    expect(store.find('s')).toMatchObject({ state: 'finished', reply: binary })
  } finally {
    child.kill('SIGKILL')
    file.close()
  }
})

test('migrate waits for a process that is writing to the database', async () => {
  const file = sqliteFile()
  const child = start('write', file.path)
  try {
    expect(await nextMessage(child)).toBe('inside')
    const db = file.open()
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    expect(db.prepare('SELECT * FROM effects').all()).toEqual([])
  } finally {
    child.kill('SIGKILL')
    file.close()
  }
})

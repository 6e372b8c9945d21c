import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readOptions } from '../../examples/sandbox/options.ts'
import { newCharging } from '../support/charging.ts'
import { ledgerOf } from '../support/ledger.ts'
import { type LiveProcesses, openProcesses } from '../support/live-processes.ts'
import { describePostgres, type PostgresUnderTest } from '../support/postgres.ts'
import { describeRedis, type RedisUnderTest } from '../support/redis.ts'
import { childGroup, childrenOf, isRunning } from '../support/sandbox-child.ts'
import { until } from '../support/until.ts'

const redisUrl = ({ port }: RedisUnderTest) => `redis://127.0.0.1:${port}`
const optionsOf = (postgres: PostgresUnderTest, redis: RedisUnderTest, processes = 2) => [
  ...['--processes', String(processes), '--postgres', postgres.url],
  ...['--redis', redisUrl(redis)],
]

/** Requests on connections of their own, so that they come to all processes. */
function get(sandbox: LiveProcesses, path: string, key = sandbox.system('stripe').keys.full) {
  return fetch(sandbox.url + path, { headers: { authorization: `Bearer ${key}`, connection: 'close' } })
}

const manyOf = (sandbox: LiveProcesses, count: number, path = '/v1/customers') =>
  Promise.all(Array.from({ length: count }, () => get(sandbox, path)))

/** Which process answered: its request ids begin alike. */
const processOf = (answer: Response) => answer.headers.get('request-id')?.slice(0, -4) ?? ''

function turnMaintenance({ url }: LiveProcesses, system: string, on: boolean) {
  return fetch(`${url}/sandbox/maintenance`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ system, on }),
  })
}

describePostgres('processes on Postgres', (postgres) => {
  describeRedis('and Redis', (redis) => {
    let sandbox: LiveProcesses
    beforeAll(async () => {
      sandbox = await openProcesses(optionsOf(postgres, redis, 3))
    })
    afterAll(() => sandbox?.close())

    test('say on one line where they are ready, and all of them answer', async () => {
      const { child, url } = sandbox
      expect(child.stdout().match(/ready on/g)).toHaveLength(1)
      expect(sandbox.serving()).toHaveLength(3)
      const answers = await manyOf(sandbox, 30)
      expect(new Set(answers.map(processOf)).size).toBe(3)
      expect((await fetch(`${url}/readyz`)).status).toBe(200)
    })

    test('one idempotency key, many requests: one runs, all others are replayed or told to wait', async () => {
      const { sendTo, made } = await newCharging(sandbox.url, sandbox.system('stripe'))
      const key = randomUUID()
      const answers = await Promise.all(Array.from({ length: 40 }, () => sendTo(sandbox.url, 'tok_processorSlow', key)))
      expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual([200, 409])
      expect((await sendTo(sandbox.url, 'tok_processorSlow', key)).headers.get('idempotent-replayed')).toBe('true')
      expect(await made()).toBe(1)
    })

    test('refunds at the same time give back no more than was charged', async () => {
      const { base, keys } = sandbox.system('stripe')
      const post = (path: string, fields: Record<string, string>) =>
        fetch(`${sandbox.url}${base}${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${keys.full}`, connection: 'close' },
          body: new URLSearchParams(fields),
        })
      const { id } = (await (
        await post('/charges', { amount: '1000', currency: 'usd', source: 'tok_visa' })
      ).json()) as { id: string }
      const refunds = await Promise.all(
        Array.from({ length: 16 }, () => post('/refunds', { charge: id, amount: '300' })),
      )
      expect(refunds.filter(({ status }) => status === 200)).toHaveLength(3)
      const charge = (await (await get(sandbox, `/v1/charges/${id}`)).json()) as { amount_refunded: number }
      expect(charge.amount_refunded).toBe(900)
    })

    test('a limit counts the requests of all', async () => {
      const { base, keys } = sandbox.system('capture')
      const ask = () => get(sandbox, `${base}/prospects`, keys.trial)
      const answers = await Promise.all(Array.from({ length: 30 }, ask))
      // A burst of five; one more comes back every two seconds.
      const passed = answers.filter(({ status }) => status === 200).length
      expect(passed).toBeGreaterThanOrEqual(5)
      expect(passed).toBeLessThan(15)
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(30 - passed)
    })

    test('texts that Postgres cannot keep come back as they were sent', async () => {
      const { base, keys } = sandbox.system('error-list')
      const description = `\0 \uf8ff0000 \\u0000 ${randomUUID()}`
      const made = await fetch(`${sandbox.url}${base}/charges`, {
        method: 'POST',
        headers: { authorization: `Bearer ${keys.full}`, 'content-type': 'application/json' },
        body: JSON.stringify({ amount: 1000, currency: 'usd', source: 'tok_visa', description }),
      })
      expect(made.status).toBe(200)
      const query = new URLSearchParams({ description })
      const found = (await (await get(sandbox, `${base}/charges/search?${query}`, keys.full)).json()) as {
        data: { description: string }[]
      }
      expect(found.data.map((one) => one.description)).toEqual([description])
      expect((await get(sandbox, '/v1/customers/%00')).status).toBe(404)
    })

    test('the log has the requests of all, and its stream tells them as they come', async () => {
      const stream = await fetch(`${sandbox.url}/console/stream`, { headers: { connection: 'close' } })
      const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
      await reader.read()
      const ids = new Set((await manyOf(sandbox, 12)).map(({ headers }) => headers.get('request-id') ?? ''))
      const waiting = new Set(ids)
      for (let text = ''; waiting.size > 0; ) {
        text += (await reader.read()).value ?? ''
        for (const id of waiting) if (text.includes(id)) waiting.delete(id)
      }
      await reader.cancel()
      for (const id of ids) {
        const page = (await (await fetch(`${sandbox.url}/console/log?request_id=${id}`)).json()) as {
          entries: unknown[]
        }
        expect(page.entries).toHaveLength(1)
      }
    })

    test('maintenance is on in all when the answer comes, and off again', async () => {
      expect((await turnMaintenance(sandbox, 'stripe', true)).status).toBe(200)
      const during = await manyOf(sandbox, 30)
      expect(new Set(during.map(processOf)).size).toBe(3)
      expect(new Set(during.map(({ headers }) => headers.get('error-code')))).toEqual(new Set(['maintenance']))
      await turnMaintenance(sandbox, 'stripe', false)
      expect((await manyOf(sandbox, 30)).filter(({ status }) => status !== 200)).toEqual([])
    })

    test('one that dies is told of and replaced, with the maintenance that is on; the others go on', async () => {
      await turnMaintenance(sandbox, 'convergegate', true)
      const [victim = 0] = sandbox.serving()
      process.kill(victim, 'SIGKILL')
      await until(async () => sandbox.child.stderr().includes(`process ${victim} ended (SIGKILL)`) || undefined)
      expect((await get(sandbox, '/v1/customers')).status).toBe(200)
      await until(async () => sandbox.child.stderr().includes(`process ${victim} is replaced`) || undefined)
      expect(sandbox.serving()).toHaveLength(3)
      const answers = await manyOf(sandbox, 30, '/convergegate/v1/customers')
      expect(new Set(answers.map(processOf)).size).toBe(3)
      expect(new Set(answers.map(({ headers }) => headers.get('error-code')))).toEqual(new Set(['maintenance']))
      await turnMaintenance(sandbox, 'convergegate', false)
    })

    test('Postgres lost: 503 in contract, and back by itself; so are writes without Redis, where reads go on', async () => {
      const { base, keys } = sandbox.system('stripe')
      const create = () =>
        fetch(`${sandbox.url}${base}/customers`, {
          method: 'POST',
          headers: { authorization: `Bearer ${keys.full}`, connection: 'close' },
          body: new URLSearchParams({ name: 'Ada' }),
        })
      await postgres.kill()
      for (const answer of [...(await manyOf(sandbox, 6)), await create()]) {
        expect([answer.status, answer.headers.get('error-code')]).toEqual([503, 'service_unavailable'])
      }
      await postgres.restart()
      await until(async () => (await create()).status === 200 || undefined)
      await redis.kill()
      expect((await create()).headers.get('error-code')).toBe('service_unavailable')
      expect((await get(sandbox, '/v1/customers')).status).toBe(200)
      await redis.restart()
      await until(async () => (await create()).status === 200 || undefined)
    })

    test('SIGINT finishes the charge in flight, and ends all', async () => {
      const own = await openProcesses(optionsOf(postgres, redis))
      const { send } = await newCharging(own.url, own.system('stripe'))
      const inFlight = send('tok_processorSlow')
      await until(async () => ledgerOf(own.databaseFile).find(({ instrument }) => instrument === 'tok_processorSlow'))
      const all = childrenOf(own.child.pid)
      expect(all).toHaveLength(3)
      // To the whole process group, as a terminal does.
      for (const pid of all) process.kill(pid, 'SIGINT')
      own.child.kill('SIGINT')
      expect((await inFlight).status).toBe(200)
      expect(await own.child.exit).toEqual({ code: 0, signal: null })
      expect(all.filter(isRunning)).toEqual([])
      expect(own.child.stderr()).not.toMatch(/ended|\{/)
      await own.close()
    })

    test('started without Postgres and Redis: 503 in contract, until they are there', async () => {
      await Promise.all([postgres.kill(), redis.kill()])
      const own = await openProcesses(optionsOf(postgres, redis))
      await until(async () => own.child.stderr().includes('Postgres is not there') || undefined)
      for (const answer of await manyOf(own, 12)) {
        expect([answer.status, answer.headers.get('error-code')]).toEqual([503, 'service_unavailable'])
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      }
      await Promise.all([postgres.restart(), redis.restart()])
      const { send } = await until(() => newCharging(own.url, own.system('stripe')))
      await until(async () => (await send('tok_visa')).status === 200 || undefined)
      await until(async () => own.child.stderr().includes('Postgres is there.') || undefined)
      expect(own.child.stderr().match(/is not there/g)).toHaveLength(1)
      // Killed, it takes all along.
      const all = childrenOf(own.child.pid)
      own.child.kill('SIGKILL')
      await until(async () => !all.some(isRunning) || undefined)
      await own.remove()
    })

    test('--fresh empties what is the sandbox’s in Postgres, and nothing else', async () => {
      const { Pool } = await import('pg')
      const pool = new Pool({ connectionString: postgres.url })
      await pool.query('CREATE TABLE IF NOT EXISTS resource (mine TEXT)')
      const own = await openProcesses([...optionsOf(postgres, redis), '--fresh'])
      // The seeds are there again.
      const { data } = (await (await get(own, '/v1/customers?limit=100')).json()) as { data: { id: string }[] }
      expect(data.map(({ id }) => id)).toEqual(['expired-answer'])
      await own.close()
      expect((await pool.query('SELECT mine FROM resource')).rows).toEqual([])
      await pool.end()
    })
  })
})

describeRedis('processes on SQLite', (redis) => {
  test('share one file: charges once, limits of all, one log', async () => {
    const sandbox = await openProcesses(['--processes', '2', '--redis', redisUrl(redis)])
    for (const name of ['stripe', 'currents'] as const) {
      const { sendTo, made } = await newCharging(sandbox.url, sandbox.system(name))
      const key = randomUUID()
      const answers = await Promise.all(Array.from({ length: 20 }, () => sendTo(sandbox.url, 'tok_visa', key)))
      expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([])
      expect(await made()).toBe(1)
    }
    expect(new Set((await manyOf(sandbox, 30)).map(processOf)).size).toBe(2)
    await sandbox.close()
  })
})

describe('what it refuses, in one line', () => {
  const group = childGroup()
  afterAll(() => group.close())

  test.each([
    [['--processes', '2'], /--processes 2.*share limits.*Remedy: --redis URL/],
    [['--processes', '2', '--redis', 'redis://127.0.0.1:1', '--db', ':memory:'], /memory.*Remedy: --db FILE/],
    [['--processes', '0'], /--processes.*"0".*Remedy/],
    [['--processes', 'many'], /--processes.*many.*Remedy/],
    [['--postgres', 'mysql://secret@127.0.0.1'], /--postgres.*Remedy: .*postgres:\/\//],
    [['--redis', '127.0.0.1:6379'], /--redis.*Remedy: .*redis:\/\//],
  ])('%j', (args, like) => {
    expect(() => readOptions(args, {})).toThrow(like)
    expect(() => readOptions(args, {})).not.toThrow(/secret/)
  })

  test('--fresh where Postgres is not there', async () => {
    const args = ['--db', group.databaseFile, '--postgres', 'postgres://127.0.0.1:1/none', '--fresh', '--port', '0']
    const child = group.start(args)
    expect((await child.exit).code).toBe(1)
    expect(child.stderr().trimEnd().split('\n')).toEqual([expect.stringMatching(/Postgres.*Remedy/)])
    expect(child.stdout()).toBe('')
  })
})

describeRedis('what several processes refuse, in one line', (redis) => {
  const group = childGroup()
  afterAll(() => group.close())

  test('a port that is in use, and files that are', async () => {
    const args = ['--processes', '2', '--redis', redisUrl(redis), '--db', group.databaseFile]
    const first = group.start([...args, '--port', '0'])
    const port = new URL(await first.ready).port
    const second = group.start([...args, '--port', port, '--fresh'])
    expect([(await second.exit).code, second.stderr().trimEnd().split('\n')]).toEqual([
      1,
      [expect.stringMatching(/in use.*Remedy/)],
    ])
    const third = group.start([...args, '--port', '0', '--fresh'])
    expect([(await third.exit).code, third.stderr().trimEnd().split('\n')]).toEqual([
      1,
      [expect.stringMatching(/locked.*Remedy/)],
    ])
  })
})

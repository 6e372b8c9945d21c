import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { send } from '../../packages/culpa/src/guards/testing.suite.ts'
import { createApi, defineContract, operationsFor, rateLimits } from '../../packages/culpa/src/index.ts'
import { memoryLimits } from '../../packages/culpa/src/stores/memory.ts'
import { redisLimits } from '../../packages/culpa/src/stores/redis.ts'
import { describeRedis, describeRedisClients } from '../support/redis.ts'
import { until } from '../support/until.ts'

const script = fileURLToPath(new URL('redis-limits-child.ts', import.meta.url))

describeRedis('a limit of four processes', (redis) => {
  test('four processes that ask 10,000 times get the quota, to the unit', async () => {
    const children = Array.from({ length: 4 }, () =>
      fork(script, [String(redis.port), 'writes:shared', '2500'], { execArgv: ['--conditions=culpa-source'] }),
    )
    await Promise.all(children.map((child) => once(child, 'message')))
    const answers = children.map((child) => once(child, 'message'))
    for (const child of children) child.send('go')
    const allowed = (await Promise.all(answers)).reduce((sum, [one]) => sum + Number(one), 0)
    // A unit comes back in an hour.
    expect(allowed).toBe(1000)
  })
})

describeRedisClients('limits on a Redis that is there, then not', (under) => {
  test('whoever waits exactly as long as told is let through', async () => {
    const store = redisLimits(under.client, { prefix: 'wait:', timeoutMs: 10_000 })
    const charge = { key: 'writes:a', intervalMs: 1000 / 37, burst: 2, cost: 1 }
    for (let waits = 0; waits < 20; ) {
      const verdict = (await store.take([charge]))[0]!
      if (verdict.allowed) continue
      waits += 1
      await new Promise((resolve) => setTimeout(resolve, verdict.retryAfterMs))
      expect((await store.take([charge]))[0]?.allowed).toBe(true)
    }
  })

  test('Redis silent: an open limit goes on without telling numbers, a closed one is 503, both as before afterwards', async () => {
    const limits = rateLimits(
      redisLimits(under.client, { prefix: 'api:', timeoutMs: 250 }),
      { open: { default: '10/h', whenLost: 'open' }, closed: '10/h' },
      { fallback: memoryLimits(), nodes: 2 },
    )
    const operation = operationsFor(defineContract({ docs: '/errors' }))
    const operations = ['open', 'closed'].map((limit) => operation(`GET /${limit}`, { limit, handler: () => 'ok' }))
    const api = createApi({
      contract: defineContract({ docs: '/errors' }),
      operations,
      guards: { limits },
      log: () => undefined,
    })
    const ask = async (limit: string) => {
      const { status, header } = await send(api, `GET /${limit}`)
      return [status, header('ratelimit')?.split(';')[1], header('retry-after')]
    }
    await until(async () => ((await ask('open'))[1] === undefined ? undefined : true))
    const [, before] = await ask('open')
    process.kill(under.redis.pid, 'SIGSTOP')
    try {
      for (let count = 0; count < 5; count += 1) expect(await ask('open')).toEqual([200, undefined, undefined])
      expect(await ask('open')).toEqual([429, undefined, expect.stringMatching(/^7[12]\d$/)])
      expect(await ask('closed')).toEqual([503, undefined, '1'])
    } finally {
      process.kill(under.redis.pid, 'SIGCONT')
    }
    await until(async () => ((await ask('closed'))[0] === 200 ? true : undefined))
    expect(await ask('open')).toEqual([200, `r=${Number(String(before).slice(2)) - 1}`, undefined])
  })
})

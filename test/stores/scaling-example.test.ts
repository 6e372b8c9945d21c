import { keyIssuer } from 'culpa'
import { expect, test } from 'vitest'
import { send } from '../../packages/culpa/src/guards/testing.suite.ts'
import { describePostgres } from '../support/postgres.ts'
import { describeRedis } from '../support/redis.ts'
import { until } from '../support/until.ts'

describePostgres('the example of docs/scaling.md', (server) => {
  describeRedis('with Redis', (cache) => {
    test('serves a keyed request once, by a key and under a limit', async () => {
      process.env.DATABASE_URL = server.url
      process.env.REDIS_URL = `redis://127.0.0.1:${cache.port}`
      const { api, keys, peppers, pool, redis } = await import('../../examples/documentation/scaling.ts')
      await pool.query('CREATE TABLE customer (id INT GENERATED ALWAYS AS IDENTITY, name TEXT)')
      const issued = await until(() =>
        keyIssuer(keys, peppers).issue({ prefix: 'sk', environment: 'test', tenant: 'org_1', scopes: [] }),
      )
      const ask = () =>
        send(api, 'POST /v1/customers', { key: issued.key, idempotencyKey: 'k1', body: { name: 'Ada' } })
      const first = await until(async () => {
        const answer = await ask()
        return answer.status === 200 ? answer : undefined
      })
      expect(first.json).toEqual({ id: 1, name: 'Ada' })
      expect(first.header('ratelimit')).toMatch(/^"writes";r=\d+;t=\d+$/)
      const again = await ask()
      expect(again.text).toBe(first.text)
      expect(again.header('idempotent-replayed')).toBe('true')
      await pool.end()
      redis.destroy()
    })
  })
})

import { openProcesses } from '../support/live-processes.ts'
import { describePostgres } from '../support/postgres.ts'
import { describeRedis } from '../support/redis.ts'
import { triggerSuite } from './triggers.suite.ts'

// The same walk as through the sandbox of one process: nothing of it may tell how many there are, nor on what they stand.
describePostgres('processes on Postgres', (postgres) => {
  describeRedis('and Redis', (redis) => {
    triggerSuite(() =>
      openProcesses(['--processes', '3', '--postgres', postgres.url, '--redis', `redis://127.0.0.1:${redis.port}`]),
    )
  })
})

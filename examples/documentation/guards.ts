import { DatabaseSync } from 'node:sqlite'
import { keyIssuer, rateLimits } from 'culpa'
import { memoryLimits } from 'culpa/memory'
import { migrate, sqliteKeys } from 'culpa/sqlite'

const peppers = { 1: 'the pepper of the documentation' }
const database = new DatabaseSync(':memory:')
migrate(database)

const keys = sqliteKeys(database)
const { key } = await keyIssuer(keys, peppers).issue({
  prefix: 'sk',
  environment: 'live',
  tenant: 'org_1',
  scopes: ['charges:write'],
})

const limits = rateLimits(memoryLimits(), {
  reads: '100/s burst 200',
  writes: { default: '100/min burst 20', plans: { trial: '10/min' } },
})

export { key, limits }

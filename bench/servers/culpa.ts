// culpa with every guard, all state in memory.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Api, recordLog } from 'culpa'
import { memoryIdempotency, memoryKeys, memoryLimits } from 'culpa/memory'
import { listen } from 'culpa/node'
import { migrate, sqliteLog } from 'culpa/sqlite'
import { guardedApi, issueKey, scopes } from './guarded-api.ts'
import { keepAliveTimeoutMs, serve, startOptions } from './serve.ts'

/** What there is besides what the requests need; all default to none. */
export interface CulpaOptions {
  /** Whether every request goes into a log on disk, with its headers and bodies. */
  readonly log?: boolean
  readonly otherOperations?: number
  /** Keys of other tenants, with a limit each that is being counted. */
  readonly otherKeys?: number
  /** Idempotency keys that are finished. */
  readonly records?: number
  /** Keys to issue, each of its own tenant. Default 1. */
  readonly keys?: number
}

const options = startOptions<CulpaOptions>()
const keys = memoryKeys()
const limits = memoryLimits({ maxKeys: 4_000_000 })
const records = memoryIdempotency()

function fill(): void {
  for (let index = 0; index < (options.otherKeys ?? 0); index += 1) {
    const keyId = index.toString(36).padStart(12, '0')
    const secrets = [{ pepperVersion: 1, hash: index.toString(16).padStart(64, '0') }]
    keys.save({ keyId, tenant: `other_${index}`, environment: 'test', scopes, secrets })
    limits.take([{ key: `all:other_${index}:test`, intervalMs: 3_600_000, burst: 1, cost: 1 }])
  }
  const reply = { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from('{}') } as const
  for (let index = 0; index < (options.records ?? 0); index += 1) {
    const claim = records.claim(`other ${index}`, 'a fingerprint', 120_000)
    if (!(claim instanceof Promise) && claim.state === 'claimed') {
      records.finish(`other ${index}`, claim.attempt, { ...reply, headers: [...reply.headers] })
    }
  }
}

function recordOnDisk(api: Api): void {
  const folder = mkdtempSync(join(tmpdir(), 'culpa-bench-'))
  const database = new DatabaseSync(join(folder, 'log.db'))
  migrate(database)
  database.exec('PRAGMA synchronous = NORMAL')
  api.watch(recordLog(sqliteLog(database)).log)
  process.on('exit', () => rmSync(folder, { recursive: true }))
}

const api = guardedApi({ keys, limits, failures: memoryLimits(), records }, options.otherOperations)
if (options.log === true) recordOnDisk(api)
fill()
// A marking that is under way as the load begins keeps its first requests alive: V8 would place all later ones in old space.
globalThis.gc?.()
const issued: string[] = []
for (let index = 0; index < (options.keys ?? 1); index += 1) issued.push(await issueKey(keys, `org_${index}`))
const { port } = await listen(api, { port: 0, keepAliveTimeoutMs })
serve({ port, keys: issued })

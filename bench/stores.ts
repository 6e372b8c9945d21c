// `npm run bench:stores`: what the stores cost, on a Redis and a Postgres started for it. The server is on the first core,
// load, Redis and Postgres share the second. Several short rounds, the median of each; written to STORES.md.
import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { redisLimits } from 'culpa/redis'
import { Redis } from 'ioredis'
import { findProgram } from '../scripts/programs.mjs'
import { startPostgres } from '../test/support/postgres-service.ts'
import { startRedis } from '../test/support/redis-service.ts'
import { keyTiming } from './key-timing.ts'
import { memoryTable } from './store-memory.ts'

const rounds = 7
const seconds = 2

interface Figure {
  readonly name: string
  readonly server: string
  readonly url: string
  readonly connections: number
  readonly goal: string
  readonly method: 'GET' | 'POST'
}

function pin(pid: number | undefined, core: number): void {
  if (cpus().length > 1) spawnSync('taskset', ['-a', '-cp', String(core), String(pid)], { stdio: 'ignore' })
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number
}

async function cpuOf(child: ChildProcess): Promise<number> {
  child.send('cpu')
  const [{ user, system }] = (await once(child, 'message')) as [NodeJS.CpuUsage]
  return user + system
}

let sent = 0

function requestOf({ method }: Figure, key: string): autocannon.Request {
  const authorization = `Bearer ${key}`
  if (method === 'GET') return { method, path: '/items/item_1', headers: { authorization } }
  return {
    method,
    path: '/orders',
    body: JSON.stringify({ item: 'item_1', quantity: 2, note: 'Leave it at the door.' }),
    setupRequest: (request) => ({
      ...request,
      headers: { authorization, 'content-type': 'application/json', 'idempotency-key': `bench-${sent++}` },
    }),
  }
}

interface Running {
  readonly child: ChildProcess
  readonly port: number
  readonly key: string
}

/** A server on the first core. */
async function start(server: string, url: string): Promise<Running> {
  const child = fork(fileURLToPath(new URL('store-servers.ts', import.meta.url)), [server, url], {
    execArgv: ['--conditions=culpa-source', '--disable-warning=ExperimentalWarning'],
  })
  const [{ port, key }] = (await once(child, 'message')) as [{ port: number; key: string }]
  pin(child.pid, 0)
  return { child, port, key }
}

async function measure(figure: Figure): Promise<string> {
  const { name, server, url, connections, goal } = figure
  const { child, port, key } = await start(server, url)
  const perSecond: number[] = []
  const cpu: number[] = []
  const p50: number[] = []
  for (let round = -1; round < rounds; round++) {
    const before = await cpuOf(child)
    const requests = [requestOf(figure, key)]
    const result = await autocannon({ url: `http://127.0.0.1:${port}`, connections, duration: seconds, requests })
    if (result.non2xx > 0 || result['2xx'] === 0) throw new Error(`${name}: ${result.non2xx} answers were not 2xx`)
    if (round < 0) continue
    perSecond.push(result['2xx'] / result.duration)
    cpu.push(((await cpuOf(child)) - before) / result['2xx'])
    p50.push(result.latency.p50)
  }
  child.disconnect()
  const spread = `${Math.round(Math.min(...perSecond))}–${Math.round(Math.max(...perSecond))}`
  const busy = Math.round((median(perSecond) * median(cpu)) / 10_000)
  return `| ${name} | ${connections} | ${Math.round(median(perSecond))} | ${spread} | ${median(cpu).toFixed(0)} | ${busy} % | ${median(p50)} | ${goal} |`
}

async function timing(): Promise<readonly string[]> {
  const { child, port, key } = await start('memory-limits', '')
  const lines = await keyTiming(port, key)
  child.disconnect()
  return lines
}

/** Median and 99th percentile of one request's limits, in microseconds, when nothing else is asked. */
async function limitLatency(port: number): Promise<readonly [number, number]> {
  const client = new Redis({ host: '127.0.0.1', port })
  await client.ping()
  const store = redisLimits(client, { timeoutMs: 1000 })
  const charges = ['all', 'writes'].map((name) => ({ key: `${name}:org_1`, intervalMs: 1, burst: 1e6, cost: 1 }))
  const times: number[] = []
  for (let count = 0; count < 20_000; count += 1) {
    const from = performance.now()
    await store.take(charges)
    times.push((performance.now() - from) * 1000)
  }
  client.disconnect()
  times.sort((a, b) => a - b)
  return [times[10_000] as number, times[19_800] as number]
}

function needed(name: 'redis-server' | 'postgres'): string {
  const file = findProgram(name)
  if (file === undefined) throw new Error(`${name} is missing. Remedy: run npm test once, or install it.`)
  return file
}

const redis = await startRedis(needed('redis-server'))
const postgres = await startPostgres(needed('postgres'), { fsync: true })
pin(process.pid, 1)
pin(redis.pid, 1)
try {
  const redisUrl = `redis://127.0.0.1:${redis.port}`
  const figures: readonly Figure[] = [
    { name: 'keyed POST, SQLite', server: 'sqlite', url: '', connections: 64, goal: '10,000 (3,000)', method: 'POST' },
    { name: 'keyed POST, SQLite', server: 'sqlite', url: '', connections: 1, goal: '', method: 'POST' },
    {
      name: 'keyed POST, Postgres',
      server: 'postgres',
      url: postgres.url,
      connections: 16,
      goal: '3,000 (1,500)',
      method: 'POST',
    },
    {
      name: 'keyed POST, Redis, lease mode',
      server: 'redis',
      url: redisUrl,
      connections: 16,
      goal: '',
      method: 'POST',
    },
    { name: 'GET, limits in memory', server: 'memory-limits', url: '', connections: 16, goal: '', method: 'GET' },
    { name: 'GET, limits in Redis', server: 'redis-limits', url: redisUrl, connections: 16, goal: '', method: 'GET' },
  ]
  const lines = [
    '| figure | connections | per second | spread | CPU µs | core | p50 ms | goal (floor) |',
    '|---|---|---|---|---|---|---|---|',
  ]
  for (const figure of figures) {
    lines.push(await measure(figure))
    console.log(lines.at(-1))
  }
  const [middle, late] = await limitLatency(redis.port)
  const added = `Two limits of a request in Redis, one round trip: p50 ${middle.toFixed(0)} µs, p99 ${late.toFixed(0)} µs (goal: p50 at most 150 µs).`
  console.log(added)
  const memory = await memoryTable(redis.port)
  console.log(memory.join('\n'))
  const times = await timing()
  console.log(times.join('\n'))
  const machine = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}; ${rounds} rounds of ${seconds} s, medians. SQLite with \`synchronous=FULL\`, Postgres with \`fsync\` and \`synchronous_commit\` on; both on the same disk. Redis, Postgres and the load share a core. CPU is the server's for one request, core how much of its own that keeps busy: what is missing to 100 % it waits for the disk, the database or the load.`
  const text = [
    '# What the stores cost',
    `Written by \`npm run bench:stores\`. ${machine}`,
    lines.join('\n'),
    added,
    '## Memory',
    memory.join('\n'),
    '## What time tells about a key',
    'Welch’s t of 100,000 requests of each kind, measured by a caller on the same machine; beyond 4.5 it would tell kinds apart. A malformed key is refused without a look-up, after the same hashes.',
    times.join('\n'),
  ]
  writeFileSync(new URL('STORES.md', import.meta.url), `${text.join('\n\n')}\n`)
} finally {
  await Promise.all([redis.close(), postgres.close()])
}

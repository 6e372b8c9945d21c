// `npm run bench [-- PAIR]`: interleaved short rounds of two servers, each in a process of its own on the first core,
// the load on the second; medians of paired ratios go to RESULTS.md.
import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'

const rounds = 12
const seconds = 1
const connections = 32

interface Pair {
  readonly name: string
  /** Default `culpa`. */
  readonly server?: string
  readonly against: string
  readonly goal: number
  readonly floor: number
  readonly request: (key: string, count: () => number) => autocannon.Request
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

const getItem: Pair['request'] = (key) => ({ method: 'GET', path: '/items/item_1', headers: bearer(key) })

const postOrder: Pair['request'] = (key, count) => ({
  method: 'POST',
  path: '/orders',
  body: JSON.stringify({ item: 'item_1', quantity: 2, note: 'Leave it at the door.' }),
  setupRequest: (request) => ({
    ...request,
    headers: { ...bearer(key), 'content-type': 'application/json', 'idempotency-key': `bench-${count()}` },
  }),
})

const pairs: readonly Pair[] = [
  {
    name: 'GET, all guards, memory',
    against: 'bare',
    goal: 0.9,
    floor: 0.8,
    request: getItem,
  },
  {
    name: 'POST, JSON, schema, idempotency, memory',
    against: 'bare',
    goal: 0.8,
    floor: 0.65,
    request: postOrder,
  },
  {
    name: '401, same bytes',
    against: 'bare-refusal',
    goal: 0.92,
    floor: 0.8,
    request: () => ({ method: 'GET', path: '/items/item_1' }),
  },
  {
    name: 'GET, every request in a log on disk',
    server: 'logged',
    against: 'culpa',
    goal: 0.95,
    floor: 0.9,
    request: getItem,
  },
  {
    name: 'POST, every request in a log on disk',
    server: 'logged',
    against: 'culpa',
    goal: 0.95,
    floor: 0.9,
    request: postOrder,
  },
]

interface Server {
  readonly child: ChildProcess
  readonly port: number
  readonly key: string
}

interface Sample {
  readonly perSecond: number
  readonly cpuMicroseconds: number
}

async function startServer(name: string): Promise<Server> {
  const child = fork(fileURLToPath(new URL('servers.ts', import.meta.url)), [name], {
    execArgv: ['--conditions=culpa-source'],
  })
  const [{ port, key }] = (await once(child, 'message')) as [{ port: number; key: string }]
  pin(child.pid, 0)
  return { child, port, key }
}

/** Without `taskset` the processes share the cores as the system likes. */
function pin(pid: number | undefined, core: number): void {
  if (cpus().length > 1) spawnSync('taskset', ['-a', '-cp', String(core), String(pid)], { stdio: 'ignore' })
}

async function cpuOf({ child }: Server): Promise<number> {
  child.send('cpu')
  const [{ user, system }] = (await once(child, 'message')) as [NodeJS.CpuUsage]
  return user + system
}

let sent = 0

async function measure(server: Server, pair: Pair): Promise<Sample> {
  const before = await cpuOf(server)
  const request = pair.request(server.key, () => sent++)
  const result = await autocannon({
    url: `http://127.0.0.1:${server.port}`,
    connections,
    duration: seconds,
    requests: [request],
  })
  const answered = result['1xx'] + result['2xx'] + result['3xx'] + result['4xx'] + result['5xx']
  if (result['5xx'] > 0 || answered === 0)
    throw new Error(`${pair.name}: ${result['5xx']} answers of 5xx, ${answered} in all`)
  return { perSecond: answered / result.duration, cpuMicroseconds: ((await cpuOf(server)) - before) / answered }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number
}

async function runPair(pair: Pair): Promise<string> {
  const [ours, theirs] = await Promise.all([startServer(pair.server ?? 'culpa'), startServer(pair.against)])
  const samples: { readonly ours: Sample; readonly theirs: Sample }[] = []
  for (let round = -1; round < rounds; round++) {
    const sample = { ours: await measure(ours, pair), theirs: await measure(theirs, pair) }
    if (round >= 0) samples.push(sample)
  }
  for (const { child } of [ours, theirs]) child.disconnect()
  const ratios = samples.map((one) => one.ours.perSecond / one.theirs.perSecond)
  const cells = [
    pair.name,
    pair.against,
    median(ratios).toFixed(2),
    `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
    Math.round(median(samples.map((one) => one.ours.perSecond))),
    Math.round(median(samples.map((one) => one.theirs.perSecond))),
    median(samples.map((one) => one.ours.cpuMicroseconds)).toFixed(1),
    median(samples.map((one) => one.theirs.cpuMicroseconds)).toFixed(1),
    `${pair.goal} (${pair.floor})`,
  ]
  return `| ${cells.join(' | ')} |`
}

const wanted = process.argv[2]
const chosen = wanted === undefined ? pairs : pairs.filter(({ name }) => name.startsWith(wanted))
if (chosen.length === 0)
  throw new Error(`no pair is called ${wanted}. Remedy: one of ${pairs.map(({ name }) => name).join('; ')}`)
pin(process.pid, 1)
const lines = [
  '| figure | against | ratio | spread | culpa req/s | other req/s | culpa CPU µs | other CPU µs | goal (floor) |',
  '|---|---|---|---|---|---|---|---|---|',
]
console.log(lines.join('\n'))
for (const pair of chosen) {
  const line = await runPair(pair)
  console.log(line)
  lines.push(line)
}
if (wanted === undefined) {
  const machine = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}; ${rounds} interleaved rounds of ${seconds} s, ${connections} connections, median of paired ratios.`
  writeFileSync(
    new URL('RESULTS.md', import.meta.url),
    `# Results\n\nWritten by \`npm run bench\`. ${machine}\n\n${lines.join('\n')}\n`,
  )
}

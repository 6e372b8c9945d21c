// `npm run bench:profile [-- GET | POST | 401 | …]`: where the server's time goes while it answers one kind of request.
import type { Profiler } from 'node:inspector'
import { openGenerator } from './load.ts'
import { pin, startServer } from './process.ts'
import { renderTable } from './render.ts'
import { getItem, postOrder, refused } from './requests.ts'

const warmUpSeconds = 3
const seconds = 5
/** Microseconds; what a sample takes longer, somebody else had the core. */
const longestSample = 1000
const [, , wanted = 'GET'] = process.argv

/** What is left of a place's URL is what is printed; the first pattern that fits decides. */
const places: readonly (readonly [pattern: RegExp, name: (match: RegExpExecArray) => string])[] = [
  [/packages\/culpa\/src\/(.*)\.ts$/, ([, file]) => `culpa ${file}`],
  [/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/, ([, name]) => `package ${name}`],
  [
    /^node:(_?http|internal\/http|_?net|internal\/net|internal\/stream_base|internal\/streams|events)/,
    () => 'node:http and its sockets',
  ],
  [/^node:(.*)$/, ([, name]) => `node:${name}`],
  [/bench\//, () => 'the handler and its schema'],
]

pin(process.pid, 1)
const server = await startServer('servers/culpa.ts', {})
const key = server.told.keys[0] as string
const request = { GET: getItem, POST: postOrder, ...refused }[wanted]
if (request === undefined)
  throw new Error(`no request is called ${wanted}. Remedy: GET, POST or the status of a refusal`)
const { port } = server.told
const status = Number(wanted) || 200
const generator = await openGenerator({ port, connections: 32, next: request(key), status })
await generator.run(warmUpSeconds)
await server.ask('profile')
const before = await server.cpu()
const { answered } = await generator.run(seconds)
const microseconds = ((await server.cpu()) - before) / answered
const profile = await server.ask<Profiler.Profile>('profiled')
generator.close()
server.stop()

const shares = toShares(profile)
console.log(
  `${wanted}: ${microseconds.toFixed(1)} µs of CPU time a request, the profiler included; its own share of each:\n`,
)
console.log(
  renderTable(
    ['where', 'share', 'µs'],
    shares
      .filter(([, share]) => share >= 0.005)
      .map(([place, share]) => [place, `${(share * 100).toFixed(1)} %`, (share * microseconds).toFixed(2)]),
  ),
)

/** The time of the samples by place, in parts of the time that was not idle. */
function toShares({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): (readonly [string, number])[] {
  const placeOf = new Map(nodes.map(({ id, callFrame }) => [id, toPlace(callFrame)]))
  const times = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const place = placeOf.get(id) as string
    if (place !== '(idle)')
      times.set(place, (times.get(place) ?? 0) + Math.min(timeDeltas[index] as number, longestSample))
  }
  const total = [...times.values()].reduce((sum, time) => sum + time, 0)
  return [...times].map(([place, time]) => [place, time / total] as const).sort(([, a], [, b]) => b - a)
}

function toPlace({ url, functionName }: Profiler.Profile['nodes'][number]['callFrame']): string {
  if (functionName === '(program)') return 'the system: reads, writes, waits for events'
  if (functionName === '(garbage collector)') return 'collecting garbage'
  if (url === '') return functionName === '(idle)' ? functionName : `the engine's ${functionName || 'own code'}`
  for (const [pattern, name] of places) {
    const match = pattern.exec(url)
    if (match !== null) return name(match)
  }
  return url
}

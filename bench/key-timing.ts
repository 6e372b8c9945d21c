// Whether time tells what is wrong with a key. Requests with keys that are unknown, wrong and malformed come in random
// order, one after the other on one connection, from the same machine: no attacker sees more.
import { once } from 'node:events'
import { connect } from 'node:net'
import { formatKey, parseKey, randomKeyId, randomSecret } from '../packages/culpa/src/guards/key-format.ts'

const samples = 100_000
const warmUp = 20_000
const names = ['unknown', 'wrong', 'malformed'] as const
type Kind = (typeof names)[number]
type Times = Readonly<Record<Kind, number[]>>

/** Keys of one length. A wrong one has the id of the key that exists. */
function keyOf(kind: Kind, existing: string): string {
  if (kind === 'wrong') return formatKey({ ...parseKey(existing)!, secret: randomSecret() })
  const unknown = formatKey({ ...parseKey(existing)!, keyId: randomKeyId(), secret: randomSecret() })
  return kind === 'unknown' ? unknown : `${unknown.slice(0, -6)}000000`
}

async function measure(port: number, existing: string): Promise<Times> {
  // Made beforehand: what making one leaves in the caches of the processor would be measured, too.
  const requests = Array.from({ length: names.length * samples + warmUp }, () => {
    const kind = names[Math.floor(Math.random() * names.length)] as Kind
    const head = `GET /items/1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${keyOf(kind, existing)}\r\n\r\n`
    return { kind, bytes: Buffer.from(head) }
  })
  const times: Times = { unknown: [], wrong: [], malformed: [] }
  const socket = connect(port, '127.0.0.1').setNoDelay()
  await once(socket, 'connect')
  for (const [index, { kind, bytes }] of requests.entries()) {
    const from = performance.now()
    socket.write(bytes)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    const us = (performance.now() - from) * 1000
    if (!answer.includes('HTTP/1.1 401 ')) throw new Error(`a key that is ${kind} was answered ${answer}`)
    if (index >= warmUp) times[kind].push(us)
  }
  socket.destroy()
  return times
}

/** The slowest one in a hundred met a pause of some process: one bound, the same for all, leaves them out. */
function withoutPauses(times: Times): Times {
  const all = Object.values(times)
    .flat()
    .sort((a, b) => a - b)
  const bound = all[Math.floor(all.length * 0.99)] as number
  const within = (list: readonly number[]) => list.filter((us) => us <= bound)
  return { unknown: within(times.unknown), wrong: within(times.wrong), malformed: within(times.malformed) }
}

function momentsOf(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return { mean, error: variance / values.length }
}

function welch(some: readonly number[], others: readonly number[]): string {
  const [a, b] = [momentsOf(some), momentsOf(others)]
  return ((a.mean - b.mean) / Math.sqrt(a.error + b.error)).toFixed(1)
}

/** Lines of a table: mean times, and Welch's t between each two kinds, of all requests and without the slowest. */
export async function keyTiming(port: number, existing: string): Promise<readonly string[]> {
  const raw = await measure(port, existing)
  const calm = withoutPauses(raw)
  const pairs = [
    ['unknown', 'wrong'],
    ['unknown', 'malformed'],
    ['wrong', 'malformed'],
  ] as const
  return [
    '| keys | mean µs | t, all | t, without the slowest 1 % |',
    '|---|---|---|---|',
    ...pairs.map(([some, others]) => {
      const means = [some, others].map((kind) => momentsOf(calm[kind]).mean.toFixed(2)).join(' and ')
      return `| ${some} and ${others} | ${means} | ${welch(raw[some], raw[others])} | ${welch(calm[some], calm[others])} |`
    }),
  ]
}

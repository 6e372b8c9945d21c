// Whether time tells what is wrong with a key. Requests with keys that are unknown, wrong and malformed come in random
// order, one after the other on one connection, from the same machine: no attacker sees more.
import { once } from 'node:events'
import { connect } from 'node:net'
import { formatKey, parseKey, randomKeyId, randomSecret } from '../../packages/culpa/src/guards/key-format.ts'
import type { Quantity } from '../figure.ts'
import type { Measure } from '../measure.ts'
import { once as onlyOnce } from '../once.ts'
import { startServer } from '../process.ts'
import { spreadOf } from '../statistics.ts'

const samples = 60_000
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

async function timesOf(port: number, existing: string): Promise<Times> {
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

/** Welch's t: how many times its own error the difference of two means is. */
function welch(some: readonly number[], others: readonly number[]): number {
  const [a, b] = [momentsOf(some), momentsOf(others)]
  return Math.abs(a.mean - b.mean) / Math.sqrt(a.error + b.error)
}

const pairs = [
  ['unknown', 'wrong'],
  ['unknown', 'malformed'],
  ['wrong', 'malformed'],
] as const

const times = onlyOnce(async () => {
  const server = await startServer('servers/culpa.ts', {})
  const taken = await timesOf(server.told.port, server.told.keys[0] as string)
  server.stop()
  return withoutPauses(taken)
})

export const keyTiming: Measure = {
  title: 'What time tells about a key that is refused',
  figures: pairs.map(([some, others]) => ({
    name: `${some} and ${others} keys`,
    async measure(): Promise<Quantity> {
      const { [some]: a, [others]: b } = await times()
      return {
        kind: 'quantity',
        name: `${some} and ${others} keys`,
        unit: 't',
        value: spreadOf([welch(a, b)]),
        target: { goal: 4.5, floor: 4.5, better: 'lower' },
      }
    },
  })),
}

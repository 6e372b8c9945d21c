// The keyed POST of culpa, with every guard, against the same work done with what its peers recommend.
import { compare, type Rounds, underLoad } from '../compare.ts'
import type { Comparison, Target } from '../figure.ts'
import type { Measure } from '../measure.ts'
import { startServer } from '../process.ts'
import { proveLimit, provePeer } from '../prove-peer.ts'
import { postOrder } from '../requests.ts'

interface Peer {
  readonly name: string
  readonly file: string
  readonly target?: Target
}

const peers: readonly Peer[] = [
  { name: 'Fastify', file: 'peers/fastify.ts', target: { goal: 3, floor: 2, better: 'higher' } },
  { name: 'Express', file: 'peers/express.ts', target: { goal: 4, floor: 3, better: 'higher' } },
  { name: 'Hono', file: 'peers/hono.ts' },
]

export const againstPeers: Measure = {
  title: 'POST with JSON, schema, idempotency, against peers that do the same',
  figures: peers.map((peer) => ({ name: peer.name, measure: (rounds) => measurePeer(peer, rounds) })),
}

async function measurePeer({ name, file, target }: Peer, rounds: Rounds): Promise<Comparison> {
  const culpa = await startServer('servers/culpa.ts', {})
  const key = culpa.told.keys[0] as string
  const [peer, narrow] = await Promise.all([
    startServer(file, { key, limit: 1_000_000_000 }),
    startServer(file, { key, limit: 2 }),
  ])
  try {
    await provePeer(culpa.told.port, key)
    await provePeer(peer.told.port, key)
    await proveLimit(narrow.told.port, key)
    narrow.stop()
    const next = postOrder(key)
    return await compare(name, [underLoad('culpa', culpa, next, 200), underLoad(name, peer, next, 200)], rounds, target)
  } finally {
    for (const one of [culpa, peer, narrow]) one.stop()
  }
}

// The client against others: calls a second and CPU time of the program that calls, on a core of its own.
import { compare, type Rounds, type Sample } from '../compare.ts'
import type { Comparison, Target } from '../figure.ts'
import type { Measure } from '../measure.ts'
import { startProgram, startServer } from '../process.ts'
import { getItem } from '../requests.ts'
import { seeReply } from '../seen-reply.ts'
import type { BareOptions } from '../servers/bare.ts'

/** What `peers/clients.ts` can call with; `axios` has `axios-retry`. */
export type ClientName = 'culpa' | 'fetch' | 'ky' | 'got' | 'axios'

/** What it is started with. */
export interface ClientProgramOptions {
  readonly name: ClientName
  readonly port: number
  readonly key: string
  /** What each call must give. */
  readonly item: unknown
  readonly inFlight: number
}

const peers: readonly ClientName[] = ['fetch', 'ky', 'got', 'axios']
const target: Target = { goal: 0.95, floor: 0.85, better: 'higher' }

export const clients: Measure = {
  title: 'The client, against others',
  figures: peers.flatMap((peer) =>
    [1, 8].map((inFlight) => ({
      name: `${peer}, ${inFlight} in flight`,
      measure: (rounds: Rounds) => measureClient(peer, inFlight, rounds),
    })),
  ),
}

async function measureClient(peer: ClientName, inFlight: number, rounds: Rounds): Promise<Comparison> {
  const culpa = await startServer('servers/culpa.ts', {})
  const key = culpa.told.keys[0] as string
  const reply = await seeReply(culpa.told.port, getItem(key)())
  culpa.stop()
  const options: BareOptions = { reply, body: 'ignored' }
  const server = await startServer('servers/bare.ts', options)
  const start = (name: ClientName) => {
    const given: ClientProgramOptions = { name, port: server.told.port, key, item: JSON.parse(reply.text), inFlight }
    return startProgram<'ready'>('peers/clients.ts', given, 1)
  }
  const [ours, theirs] = await Promise.all([start('culpa'), start(peer)])
  try {
    const contenders = [
      { name: 'culpa', measure: (seconds: number) => ours.ask<Sample>(seconds) },
      { name: peer, measure: (seconds: number) => theirs.ask<Sample>(seconds) },
    ] as const
    const name = `${peer}, ${inFlight} in flight`
    return await compare(name, contenders, rounds, peer === 'fetch' ? target : undefined)
  } finally {
    for (const program of [ours, theirs, server]) program.stop()
  }
}

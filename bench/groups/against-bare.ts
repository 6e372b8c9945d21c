// culpa with every guard against bare `node:http` that sends the same bytes.
import { compare, type Rounds, underLoad } from '../compare.ts'
import type { Comparison, Target } from '../figure.ts'
import type { Measure } from '../measure.ts'
import { type Server, startServer } from '../process.ts'
import { getItem, postOrder, refused } from '../requests.ts'
import { requireSameReply, seeReply } from '../seen-reply.ts'
import type { BareBody } from '../servers/bare.ts'

interface Case {
  readonly name: string
  readonly request: (key: string) => () => string
  readonly status: number
  readonly body: BareBody
  readonly target: Target
}

const success: Target = { goal: 0.9, floor: 0.8, better: 'higher' }
const write: Target = { goal: 0.8, floor: 0.65, better: 'higher' }
const refusal: Target = { goal: 0.92, floor: 0.8, better: 'higher' }

const cases: readonly Case[] = [
  { name: 'GET', request: getItem, status: 200, body: 'ignored', target: success },
  { name: 'POST with JSON, schema, idempotency', request: postOrder, status: 200, body: 'answered', target: write },
  ...[401, 404, 405, 422, 429].map((status) => ({
    name: `refusal ${status}`,
    request: refused[status] as Case['request'],
    status,
    body: status === 422 ? ('parsed' as const) : ('ignored' as const),
    target: refusal,
  })),
]

export const againstBare: Measure = {
  title: 'Against bare node:http, same bytes',
  figures: cases.map((one) => ({ name: one.name, measure: (rounds) => measureCase(one, rounds) })),
}

async function measureCase(one: Case, rounds: Rounds): Promise<Comparison> {
  const culpa = await startServer('servers/culpa.ts', {})
  const next = one.request(culpa.told.keys[0] as string)
  const bare = await startBareLike(culpa, next, one.body)
  try {
    const contenders = [underLoad('culpa', culpa, next, one.status), underLoad('bare', bare, next, one.status)] as const
    return await compare(one.name, contenders, rounds, one.target)
  } finally {
    culpa.stop()
    bare.stop()
  }
}

/** Bare `node:http` that sends what culpa sends to a request, proven by asking both. */
export async function startBareLike(culpa: Server, next: () => string, body: BareBody): Promise<Server> {
  // The first request may differ from all later ones, such as the one that spends a limit.
  await seeReply(culpa.told.port, next())
  const reply = await seeReply(culpa.told.port, next())
  const bare = await startServer('servers/bare.ts', { reply, body })
  requireSameReply(reply, await seeReply(bare.told.port, next()))
  return bare
}

import { keyedPost, requestText } from './requests.ts'
import { type SeenReply, seeReply } from './seen-reply.ts'

/** A peer does the same work as culpa, or it is not measured: what it must answer to a set of requests. */
const key = 'key_of_the_proof'
const order = { item: 'item_1', quantity: 2, note: 'Leave it at the door.' }
const answer = { id: 'order_1', item: 'item_1', quantity: 2 }

interface Proof {
  readonly what: string
  readonly request: (apiKey: string) => string
  readonly statuses: readonly number[]
}

const bearer = (apiKey: string) => `authorization: Bearer ${apiKey}`
const withBody = (body: unknown) => (apiKey: string) =>
  requestText('POST /orders', [bearer(apiKey)], JSON.stringify(body))

const refusals: readonly Proof[] = [
  { what: 'no key', request: () => requestText('POST /orders', [], JSON.stringify(order)), statuses: [401] },
  { what: 'a wrong key', request: (apiKey) => withBody(order)(`${apiKey}x`), statuses: [401] },
  { what: 'no such path', request: (apiKey) => requestText('GET /nothing', [bearer(apiKey)]), statuses: [404] },
  { what: 'a field too low', request: withBody({ ...order, quantity: 0 }), statuses: [400, 422] },
  { what: 'a field of another type', request: withBody({ ...order, item: [] }), statuses: [400, 422] },
  { what: 'a field missing', request: withBody({ item: 'item_1' }), statuses: [400, 422] },
  {
    what: 'a body cut short',
    request: (apiKey) => requestText('POST /orders', [bearer(apiKey)], JSON.stringify(order).slice(0, -1)),
    statuses: [400],
  },
  {
    what: 'a body that is too large',
    request: (apiKey) => withBody({ ...order, note: 'long'.repeat(300_000) })(apiKey),
    statuses: [413],
  },
  {
    what: 'a key used for another order',
    request: (apiKey) => keyedPost(apiKey, key, { ...order, quantity: 3 }),
    statuses: [400, 409, 422],
  },
]

/**
 * Proves that a server takes an order, tells its limit, replays, and refuses what culpa refuses.
 * @throws {Error} with the request that it answers otherwise
 */
export async function provePeer(port: number, apiKey: string): Promise<void> {
  for (const time of ['first', 'second']) {
    const seen = await seeReply(port, keyedPost(apiKey, key, order))
    requireThat(seen.status === 200 && sameJson(seen.text, answer), `an order for the ${time} time`, seen)
    requireThat(has(seen, /^ratelimit/) && has(seen, /^request-id$/), 'headers of an order', seen)
    requireThat(has(seen, /^idempotent-replayed$/) === (time === 'second'), `a replay, the ${time} time`, seen)
  }
  for (const { what, request, statuses } of refusals) {
    const seen = await seeReply(port, request(apiKey))
    requireThat(statuses.includes(seen.status), what, seen)
  }
}

/**
 * Proves that a server which lets two requests through refuses the third.
 * @throws {Error} where it does not
 */
export async function proveLimit(port: number, apiKey: string): Promise<void> {
  const seen: SeenReply[] = []
  for (const quantity of [1, 2, 3]) seen.push(await seeReply(port, withBody({ ...order, quantity })(apiKey)))
  const statuses = seen.map(({ status }) => status).join()
  requireThat(statuses === '200,200,429', `three orders, and a limit of two (${statuses})`, seen[2] as SeenReply)
}

function requireThat(holds: boolean, what: string, seen: SeenReply): void {
  if (!holds) throw new Error(`does other work, so it is not measured: ${what} was answered ${JSON.stringify(seen)}`)
}

function has({ headers }: SeenReply, name: RegExp): boolean {
  return headers.some(([header]) => name.test(header.toLowerCase()))
}

function sameJson(text: string, value: unknown): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === JSON.stringify(value)
  } catch {
    return false
  }
}

import { createApi, created, defineContract, noContent, operationsFor } from 'culpa'
import { toFetch } from 'culpa/fetch'
import { stripe } from 'culpa/profiles'
import { z } from 'zod'
import {
  answer,
  bytes,
  dropAfterReading,
  type Misdeed,
  type SeenRequest,
  stall,
  startMisbehaving,
} from '../client/misbehaving-server.ts'
import type { Servers } from './scenarios.ts'

export interface ScenarioServer extends Servers {
  /** Another origin, which has the same pages, and whose pages may call the API. */
  readonly otherUrl: string
  readonly close: () => Promise<unknown>
}

/** A culpa API and, below `/misdeeds`, what becomes of requests in a bad network; with it the pages of a site. */
export async function startScenarioServer(pages: Readonly<Record<string, Misdeed>> = {}): Promise<ScenarioServer> {
  const closed = await startMisbehaving()
  await closed.close()
  const other = await startMisbehaving(routed(pages, answer(404)))
  const server = await startMisbehaving(routed({ ...misdeeds(), ...pages }, chargingApi(other.url)))
  const close = () => Promise.all([server.close(), other.close()])
  return { url: server.url, otherUrl: other.url, closedUrl: closed.url, close }
}

/** Preflights go to the API, whatever they ask for. */
function routed(routes: Readonly<Record<string, Misdeed>>, otherwise: Misdeed): Misdeed {
  return (socket, request) => {
    const route = request.method === 'OPTIONS' ? undefined : routes[request.target]
    return (route ?? otherwise)(socket, request)
  }
}

function misdeeds(): Readonly<Record<string, Misdeed>> {
  // As culpa grants it: else a page would not see what it is about.
  const granted = { 'access-control-allow-origin': '*' }
  const head = 'HTTP/1.1 200 OK\r\naccess-control-allow-origin: *\r\ncontent-type: application/json\r\n'
  const countOf = counter()
  const html = { 'content-type': 'text/html' }
  return {
    '/misdeeds/drop-first': (socket, request) => {
      const requestsWithThisKey = countOf(request.headers['idempotency-key'])
      const step = requestsWithThisKey === 1 ? dropAfterReading : answer(200, { requestsWithThisKey }, granted)
      step(socket, request)
    },
    '/misdeeds/cut': bytes(`${head}content-length: 10\r\n\r\n{"i`),
    '/misdeeds/cut-chunks': bytes(`${head}transfer-encoding: chunked\r\n\r\n3\r\n{"i\r\n`),
    '/misdeeds/stall': stall,
    '/misdeeds/stall-body': (socket) => void socket.write(`${head}content-length: 10\r\n\r\n`),
    '/misdeeds/proxy': answer(502, '<h1>Bad Gateway</h1>', html),
    '/misdeeds/login': answer(200, '<h1>Log in</h1>', { ...granted, ...html }),
  }
}

function chargingApi(origin: string): Misdeed {
  const contract = defineContract({
    profile: stripe,
    docs: 'https://docs.example.com/errors',
    errors: {
      card_declined: {
        status: 402,
        type: 'card_error',
        message: 'Your card was declined.',
        details: z.object({ decline_code: z.string() }),
      },
    },
  })
  const operation = operationsFor(contract)
  const countOf = counter()
  const api = createApi({
    contract,
    cors: { origins: [origin] },
    operations: [
      operation('POST /v1/charges', {
        body: z.object({ amount: z.number() }),
        errors: ['card_declined'],
        handler({ body: { amount }, errors }) {
          if (amount === 5) return created({ id: 'ch_1', amount })
          throw errors.card_declined({ param: 'source', details: { decline_code: 'lost_card' } })
        },
      }),
      operation('DELETE /v1/charges/:id', { handler: () => noContent() }),
      operation('POST /v1/busy', {
        errors: ['rate_limited'],
        handler({ request, errors }) {
          const requests = countOf(request.header('idempotency-key'))
          if (requests === 1) throw errors.rate_limited({ retryAfterSeconds: 20 })
          return { requests }
        },
      }),
      // For its preflight; the request itself meets the misdeed.
      operation('POST /misdeeds/:name', { handler: () => noContent() }),
    ],
  })
  const handle = toFetch(api)
  return async (socket, request) => {
    const response = await handle(asRequest(request))
    answer(response.status, await response.text(), Object.fromEntries(response.headers))(socket, request)
  }
}

function asRequest({ method, target, headers, body }: SeenRequest): Request {
  return new Request(`http://api.test${target}`, { method, headers, body: body === '' ? null : body })
}

/** How often each key was seen. A request without a key is always a first one. */
function counter(): (key: string | undefined) => number {
  const counts = new Map<string, number>()
  return (key) => {
    if (key === undefined) return 1
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    return count
  }
}

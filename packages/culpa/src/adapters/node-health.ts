import type { HeaderPair, Reply } from '../server/reply.ts'
import { requestIds } from '../server/request-id.ts'
import type { ServerState } from './node-handler.ts'
import type { NodeRequest } from './node-request.ts'

const nextRequestId = requestIds()
const allow = 'GET, HEAD, OPTIONS'

/**
 * The answer to `GET /livez` (the process runs) and `GET /readyz` (it takes requests: 503 while it drains); `undefined`
 * for any other request. Outside of keys, limits and the rest.
 */
export function healthReply({ message }: NodeRequest, state: ServerState): Reply | undefined {
  const url = message.url as string
  const isLive = isPath(url, '/livez')
  if (!isLive && !isPath(url, '/readyz')) return undefined
  const { method } = message
  if (method === 'OPTIONS')
    return {
      status: 204,
      headers: [
        ['allow', allow],
        ['request-id', nextRequestId()],
      ],
      body: null,
    }
  if (method !== 'GET' && method !== 'HEAD') return health(405, 'method_not_allowed', [['allow', allow]])
  const reply = isLive || !state.draining ? health(200, 'ok') : health(503, 'draining', [['retry-after', '1']])
  return method === 'HEAD' ? { ...reply, body: null } : reply
}

function isPath(url: string, path: string): boolean {
  return url.startsWith(path) && (url.length === path.length || url[path.length] === '?')
}

function health(status: number, text: string, more: readonly HeaderPair[] = []): Reply {
  const body = Buffer.from(JSON.stringify({ status: text }))
  const headers: HeaderPair[] = [
    ['content-type', 'application/json'],
    ['cache-control', 'no-store'],
    ['x-content-type-options', 'nosniff'],
    ['request-id', nextRequestId()],
    ['content-length', String(body.byteLength)],
    ...more,
  ]
  return { status, headers, body }
}

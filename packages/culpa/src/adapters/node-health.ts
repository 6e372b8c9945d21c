import type { Handling } from '../server/mount.ts'
import { refusal } from '../server/refusal.ts'
import type { HeaderPair, Reply } from '../server/reply.ts'
import { requestIds } from '../server/request-id.ts'
import type { ServerState } from './node-handler.ts'
import type { NodeRequest } from './node-request.ts'

const nextRequestId = requestIds()
const allow: HeaderPair = ['allow', 'GET, HEAD, OPTIONS']

/**
 * The answer to `GET /livez` (the process runs) and `GET /readyz` (it takes requests: 503 while it drains), outside of
 * keys, limits and the rest; another method is refused as the API refuses it. `undefined` for any other request.
 */
export function healthReply(request: NodeRequest, state: ServerState, api: Handling): Reply | undefined {
  const { method, url } = request.message
  const isLive = isPath(url as string, '/livez')
  if (!isLive && !isPath(url as string, '/readyz')) return undefined
  if (method === 'OPTIONS') return { status: 204, headers: [allow, ['request-id', nextRequestId()]], body: null }
  if (method !== 'GET' && method !== 'HEAD')
    return api.refuse(request, refusal('method_not_allowed', { headers: [allow] }))
  const reply = isLive || !state.draining ? health(200, 'ok') : health(503, 'draining')
  return method === 'HEAD' ? { ...reply, body: null } : reply
}

function isPath(url: string, path: string): boolean {
  return url.startsWith(path) && (url.length === path.length || url[path.length] === '?')
}

function health(status: number, text: string): Reply {
  const body = Buffer.from(JSON.stringify({ status: text }))
  const headers: HeaderPair[] = [
    ['content-type', 'application/json'],
    ['cache-control', 'no-store'],
    ['x-content-type-options', 'nosniff'],
    ['request-id', nextRequestId()],
    ['content-length', String(body.byteLength)],
    ...(status === 503 ? [['retry-after', '1'] as const] : []),
  ]
  return { status, headers, body }
}

import type { Reply } from '../server/reply.ts'
import type { ServerState } from './node-handler.ts'
import type { NodeRequest } from './node-request.ts'

const alive = health(200, 'ok')
const leaving = health(503, 'draining')

/**
 * The answer to `GET /livez` (the process runs) and `GET /readyz` (it takes requests: 503 while it drains); `undefined`
 * for any other request. Outside of keys, limits and the rest.
 */
export function healthReply({ message }: NodeRequest, state: ServerState): Reply | undefined {
  const url = message.url as string
  const isLive = isPath(url, '/livez')
  if (!isLive && !isPath(url, '/readyz')) return undefined
  if (message.method !== 'GET' && message.method !== 'HEAD') return undefined
  const reply = isLive || !state.draining ? alive : leaving
  return message.method === 'HEAD' ? { ...reply, body: null } : reply
}

function isPath(url: string, path: string): boolean {
  return url.startsWith(path) && (url.length === path.length || url[path.length] === '?')
}

function health(status: number, text: string): Reply {
  const body = Buffer.from(JSON.stringify({ status: text }))
  const headers = [
    ['content-type', 'application/json'],
    ['cache-control', 'no-store'],
    ['content-length', String(body.byteLength)],
  ] as const
  return { status, headers, body }
}

import { Agent, request as httpRequest } from 'node:http'
import { exchange, type WireAnswer, type WireRequest } from './wire.ts'

/** Methods that Node's client sends as they are and reads the answer of like that of any other. */
const ordinary = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])

export interface FuzzClient {
  readonly send: (request: WireRequest) => Promise<WireAnswer>
  readonly close: () => void
}

/** Sends on kept connections; what Node's client refuses to send goes on a bare socket. */
export function fuzzClient(port: number): FuzzClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })

  function viaNode({ method, path, headers, body }: WireRequest): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      const sent = httpRequest(
        { port, host: '127.0.0.1', method, path, headers: { ...headers }, agent },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const content = Buffer.concat(chunks)
            const raw = response.rawHeaders
            const lines = raw.flatMap((name, index): [string, string][] =>
              index % 2 === 0 ? [[name.toLowerCase(), raw[index + 1] ?? '']] : [],
            )
            resolve({
              status: response.statusCode ?? 0,
              reason: response.statusMessage ?? '',
              lines,
              headers: Object.fromEntries(lines),
              body: content.toString('utf8'),
              bodyBytes: content.length,
            })
          })
        },
      )
      sent.on('error', reject)
      if (body === null || body === undefined) sent.end()
      else sent.end(body)
    })
  }

  return {
    send: (request) => {
      if (!ordinary.has(request.method)) return exchange(port, request)
      try {
        return viaNode(request)
      } catch {
        return exchange(port, request)
      }
    },
    close: () => agent.destroy(),
  }
}

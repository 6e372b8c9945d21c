import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import type { TriggerStep } from 'culpa/reference'
import type { ExchangeBody, TriggerBody } from './wire.ts'

const timeoutMs = 20_000
const maxAnswerBytes = 262_144

/**
 * Runs a trigger over sockets, each request on a connection of its own: also what no browser would send.
 * @throws {Error} when a connection breaks before an answer, or none comes in time
 */
export async function runTrigger(origin: string, { steps = [], cleanup = [] }: TriggerBody): Promise<ExchangeBody[]> {
  const unique = randomUUID().replaceAll('-', '')
  try {
    return await runSteps(origin, steps, unique)
  } finally {
    await runSteps(origin, cleanup, unique)
  }
}

async function runSteps(origin: string, steps: readonly TriggerStep[], unique: string): Promise<ExchangeBody[]> {
  const exchanges: ExchangeBody[] = []
  for (const step of steps) {
    const request = toBytes(origin, step, (text) => fill(text, unique))
    const once = async () => ({ request, response: await exchange(origin, request) })
    exchanges.push(...(await Promise.all(Array.from({ length: step.concurrent ?? 1 }, once))))
  }
  return exchanges
}

function fill(text: string, unique: string): string {
  return text
    .replaceAll('{{unique}}', unique)
    .replace(/\{\{pad:(\d{1,6})\}\}/g, (_, length: string) => 'x'.repeat(Number(length)))
}

function toBytes(
  origin: string,
  { raw, method, path, headers, body }: TriggerStep,
  write: (text: string) => string,
): string {
  if (raw !== undefined) return write(raw)
  const content = body === null ? '' : write(body)
  const lines = Object.entries({
    host: new URL(origin).host,
    ...headers,
    ...(body !== null && { 'content-length': String(Buffer.byteLength(content)) }),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${write(value)}`)
  return `${method} ${write(path)} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${content}`
}

function exchange(origin: string, request: string): Promise<string> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) }, () =>
      socket.write(request),
    )
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no answer in time')))
    socket.on('data', (chunk) => {
      length += chunk.byteLength
      chunks.push(chunk)
      if (length > maxAnswerBytes) socket.destroy()
    })
    socket.on('error', (error) => (length > 0 ? socket.destroy() : reject(error)))
    socket.on('close', () => {
      if (length === 0) reject(new Error('the connection was closed without an answer'))
      else resolve(Buffer.concat(chunks).toString('utf8'))
    })
  })
}

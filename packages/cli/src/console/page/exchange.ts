import type { TriggerStep } from 'culpa/reference'
import type { ExchangeBody, TriggerBody } from '../wire.ts'
import { tryOnServer } from './console-api.ts'

/** Headers that a browser sets by itself (Fetch §2.2.2): a step with one of them is sent by the server. */
const forbidden =
  /^(?:accept-charset|accept-encoding|access-control-.*|connection|content-length|cookie2?|date|dnt|expect|host|keep-alive|origin|referer|set-cookie|te|trailer|transfer-encoding|upgrade|via|proxy-.*|sec-.*)$/i

/** A request and its answer, and who sent it. */
export interface Exchange extends ExchangeBody {
  readonly sentBy: 'browser' | 'server'
  readonly status: number
  /** Empty for an answer without one. */
  readonly requestId: string
}

/** Runs a trigger: its own requests, from here where a browser can send them. */
export async function runTrigger(system: string, index: number, trigger: TriggerBody): Promise<Exchange[]> {
  const { steps = [], cleanup = [] } = trigger
  if (![...steps, ...cleanup].every(canSend)) {
    const { exchanges } = await tryOnServer(system, index)
    return exchanges.map((exchange) => ({ ...exchange, sentBy: 'server' as const, ...readAnswer(exchange.response) }))
  }
  const unique = crypto.randomUUID?.().replaceAll('-', '') ?? `${Date.now()}${Math.random()}`.replace('.', '')
  try {
    return await runSteps(steps, unique)
  } finally {
    await runSteps(cleanup, unique)
  }
}

/** True for a step that a browser sends as it is. */
export function canSend({ raw, headers, method }: TriggerStep): boolean {
  return (
    raw === undefined &&
    !Object.keys(headers).some((name) => forbidden.test(name)) &&
    !/^(?:CONNECT|TRACE)$/i.test(method)
  )
}

async function runSteps(steps: readonly TriggerStep[], unique: string): Promise<Exchange[]> {
  const exchanges: Exchange[] = []
  for (const step of steps) {
    const filled = JSON.parse(fill(JSON.stringify(step), unique)) as TriggerStep
    exchanges.push(...(await Promise.all(Array.from({ length: step.concurrent ?? 1 }, () => send(filled)))))
  }
  return exchanges
}

function fill(text: string, unique: string): string {
  return text
    .replaceAll('{{unique}}', unique)
    .replace(/\{\{pad:(\d{1,6})\}\}/g, (_, length: string) => 'x'.repeat(Number(length)))
}

/** Sends a request of this page's own server and writes down the exchange as it is on the wire. */
export async function send({
  method,
  path,
  headers,
  body,
}: Omit<TriggerStep, 'raw' | 'concurrent'>): Promise<Exchange> {
  // Two slashes at its beginning would lead to another host.
  const response = await fetch(`${location.origin}${path}`, {
    method,
    headers,
    // Bytes, for to a text the browser would add a content type of its own.
    ...(body !== null && method !== 'GET' && method !== 'HEAD' && { body: new TextEncoder().encode(body) }),
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'manual',
  })
  const answered = [...response.headers].map(([name, value]) => `${name}: ${value}`)
  const sent = Object.entries({ host: location.host, ...headers }).map(([name, value]) => `${name}: ${value}`)
  return {
    request: `${method} ${path} HTTP/1.1\r\n${sent.join('\r\n')}\r\n\r\n${body ?? ''}`,
    response: `HTTP/1.1 ${response.status} ${response.statusText}\r\n${answered.join('\r\n')}\r\n\r\n${await response.text()}`,
    sentBy: 'browser',
    status: response.status,
    requestId: response.headers.get('request-id') ?? '',
  }
}

function readAnswer(response: string): { readonly status: number; readonly requestId: string } {
  const [head = ''] = response.split('\r\n\r\n', 1)
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0),
    requestId: /^request-id: (\S+)/im.exec(head)?.[1] ?? '',
  }
}

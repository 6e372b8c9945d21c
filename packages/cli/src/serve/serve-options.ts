import { type ApiRequest, clientAddress } from 'culpa'
import type { CommandInput, CommandOption } from '../command.ts'
import { UsageError } from '../usage-error.ts'

/** The options of `culpa serve`, as its help shows them. */
export const serveOptions: Readonly<Record<string, CommandOption>> = {
  port: { type: 'string', value: 'N', help: 'default: PORT, else 4000; 0 finds a free one' },
  host: { type: 'string', value: 'HOST', help: 'default: 127.0.0.1, this machine only' },
  'access-log': { type: 'boolean', help: 'a line of JSON for each request, on standard output' },
  log: { type: 'string', value: 'FILE', help: 'those lines into FILE instead; SIGHUP opens it anew' },
  'trust-proxy': {
    type: 'string',
    value: 'RANGE',
    help: 'proxies whose X-Forwarded-For is believed, as 10.0.0.0/8; several times',
    multiple: true,
  },
  metrics: { type: 'boolean', help: 'metrics for Prometheus at /metrics' },
  'metrics-port': { type: 'string', value: 'N', help: 'those at a port of their own instead' },
  page: { type: 'boolean', help: 'the page with the live log also where others reach it' },
  'no-page': { type: 'boolean', help: 'no such page' },
  'grace-ms': { type: 'string', value: 'N', help: 'on SIGTERM, take connections so long after /readyz failed' },
}

/** What `culpa serve` was asked for. */
export interface ServeOptions {
  readonly port: number
  readonly host: string
  readonly drainGraceMs: number
  /** On the port of the API, on this one, or not at all. */
  readonly metrics: 'here' | number | undefined
  readonly accessLog: 'stdout' | { readonly file: string } | undefined
  /** Tells who called, for the access log. */
  readonly clientAddress: (request: ApiRequest) => string
  /** Whether the page with the live log is served. */
  readonly page: boolean
}

const thisMachine: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])

/**
 * Reads them.
 * @throws {UsageError} for a port, a time or a range that is none
 */
export function readServeOptions(input: CommandInput, environment: NodeJS.ProcessEnv): ServeOptions {
  const host = input.text('host') ?? '127.0.0.1'
  return {
    port: portOf('port', input.text('port') ?? environment.PORT ?? '4000'),
    host,
    drainGraceMs: timeOf('grace-ms', input.text('grace-ms') ?? '0'),
    metrics: metricsOf(input),
    accessLog: accessLogOf(input),
    clientAddress: addressOf(input.texts('trust-proxy')),
    // Whoever reaches the page reads the log, and replays requests.
    page: !input.flag('no-page') && (input.flag('page') || thisMachine.has(host)),
  }
}

function metricsOf(input: CommandInput): ServeOptions['metrics'] {
  const port = input.text('metrics-port')
  if (port !== undefined) return portOf('metrics-port', port)
  return input.flag('metrics') ? 'here' : undefined
}

function accessLogOf(input: CommandInput): ServeOptions['accessLog'] {
  const file = input.text('log')
  if (file !== undefined) return { file }
  return input.flag('access-log') ? 'stdout' : undefined
}

function addressOf(given: readonly string[]): ServeOptions['clientAddress'] {
  const ranges = given.flatMap((text) => text.split(',')).map((text) => text.trim())
  try {
    return clientAddress(ranges)
  } catch (cause) {
    const text = JSON.stringify(given.join(','))
    throw new UsageError(`--trust-proxy: ${text} is no range of addresses. Remedy: such as 10.0.0.0/8.`, { cause })
  }
}

function portOf(option: string, text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new UsageError(`--${option}: ${JSON.stringify(text)} is no port. Remedy: a number from 0 to 65535.`)
}

function timeOf(option: string, text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text)
  throw new UsageError(`--${option}: ${JSON.stringify(text)} is no time. Remedy: whole milliseconds, as 5000.`)
}

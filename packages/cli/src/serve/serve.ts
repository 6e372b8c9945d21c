import { type Api, type Contract, type Handling, type Log, type Metrics, metrics } from 'culpa'
import { listen } from 'culpa/node'
import type { Command, CommandInput } from '../command.ts'
import { type LoadedApi, loadApi } from '../load-api.ts'
import { note, printJson, printLine } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'
import { accessLines } from './access-lines.ts'
import { metricsApi, metricsPath } from './metrics-page.ts'
import { type Page, usesPath, withPages } from './page.ts'
import { referencePage } from './reference-page.ts'

/** Serves the API of a module. */
export const serve: Command = {
  name: 'serve',
  summary: 'serves the API that a module exports',
  description: `Serves the API that MODULE exports as \`api\`, until it is stopped; then finishes what is running.
Beside it: the reference at the path of the contract's docs, /livez and /readyz, and what the
options ask for.`,
  positionals: ['MODULE'],
  runsOn: true,
  options: {
    port: { type: 'string', value: 'N', help: 'default: PORT, else 4000; 0 finds a free one' },
    host: { type: 'string', value: 'HOST', help: 'default: 127.0.0.1, this machine only' },
    'access-log': { type: 'boolean', help: 'a line of JSON for each request, on standard output' },
    log: { type: 'string', value: 'FILE', help: 'those lines into FILE instead; SIGHUP opens it anew' },
    metrics: { type: 'boolean', help: 'metrics for Prometheus at /metrics' },
    'metrics-port': { type: 'string', value: 'N', help: 'those at a port of their own instead' },
    'grace-ms': { type: 'string', value: 'N', help: 'on SIGTERM, take connections so long after /readyz failed' },
  },
  examples: [
    'culpa serve ./api.ts --port 8080',
    'culpa serve ./api.ts --host 0.0.0.0 --access-log --metrics-port 9464 --grace-ms 5000',
    'culpa serve ./dist/api.js --log /var/log/api.jsonl',
  ],
  run,
}

async function run(input: CommandInput): Promise<number> {
  const [file = ''] = input.positionals
  const options = readOptions(input)
  const loaded = await loadApi(file)
  if (options.metrics === 'here' && usesPath(loaded.parts, metricsPath)) {
    throw new UsageError(`--metrics: the API has operations of its own at ${metricsPath}. Remedy: --metrics-port 9464.`)
  }
  const requests = metrics()
  const logs = [requests.log, ...openAccessLog(options)]
  const { port, host, drainGraceMs } = options
  const { url } = await listen(
    (address) =>
      requests.measure(surround(loaded, address.url, options.metrics === 'here' ? requests : undefined, logs)),
    { port, host, signals: true, drainGraceMs },
  )
  const contract = contractOf(loaded)
  const metricsUrl =
    typeof options.metrics === 'number'
      ? await serveMetrics(metricsApi(contract, requests), options.metrics, host)
      : undefined
  announce(input, { module: file, url, ...(metricsUrl !== undefined && { metricsUrl }) })
  return 0
}

interface ServeOptions {
  readonly port: number
  readonly host: string
  readonly drainGraceMs: number
  /** On the port of the API, on this one, or not at all. */
  readonly metrics: 'here' | number | undefined
  readonly accessLog: 'stdout' | { readonly file: string } | undefined
}

function readOptions(input: CommandInput): ServeOptions {
  const metricsPort = input.text('metrics-port')
  const file = input.text('log')
  const toStdout = input.flag('access-log') ? 'stdout' : undefined
  return {
    port: portOf('port', input.text('port') ?? process.env.PORT ?? '4000'),
    host: input.text('host') ?? '127.0.0.1',
    drainGraceMs: countOf('grace-ms', input.text('grace-ms') ?? '0'),
    metrics:
      metricsPort === undefined ? (input.flag('metrics') ? 'here' : undefined) : portOf('metrics-port', metricsPort),
    accessLog: file === undefined ? toStdout : { file },
  }
}

/** The API with everything that stands beside it, and whoever listens told of all of it. */
function surround(
  { handling, parts }: LoadedApi,
  url: string,
  requests: Metrics | undefined,
  logs: readonly Log[],
): Handling {
  const pages: Page[] = parts.flatMap((part) => referencePage(part, parts, url) ?? [])
  if (requests !== undefined) {
    const api = metricsApi(contractOf({ parts }), requests)
    pages.push({ owns: (path) => path === metricsPath, api })
  }
  for (const api of [...parts, ...pages.map((page) => page.api)]) for (const log of logs) api.watch(log)
  return withPages(handling, pages)
}

/** What stands beside the API refuses in the words of its first contract. */
function contractOf({ parts }: Pick<LoadedApi, 'parts'>): Contract {
  // A module without an API is refused when it is loaded.
  return (parts[0] as Api).contract
}

function openAccessLog({ accessLog }: ServeOptions): Log[] {
  if (accessLog === undefined) return []
  if (accessLog === 'stdout') return [accessLines(undefined).log]
  const lines = accessLines(accessLog.file)
  process.on('SIGHUP', lines.reopen)
  return [lines.log]
}

/** Not closed on a signal: the last requests are counted too, and the process ends with the API. */
async function serveMetrics(api: Api, port: number, host: string): Promise<string> {
  const { url } = await listen(api, { port, host, processFailures: 'crash' })
  return `${url}${metricsPath}`
}

/** Standard output belongs to the access log where it goes there. */
function announce(input: CommandInput, facts: { module: string; url: string; metricsUrl?: string }): void {
  const isTaken = input.flag('access-log') && input.text('log') === undefined
  const { module, url, metricsUrl } = facts
  const text = `culpa serves ${module} on ${url}${metricsUrl === undefined ? '' : `, metrics on ${metricsUrl}`}`
  if (isTaken) note(input.flag('json') ? JSON.stringify(facts) : text)
  else if (input.flag('json')) printJson(facts)
  else printLine(text)
}

function portOf(option: string, text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new UsageError(`--${option}: ${JSON.stringify(text)} is no port. Remedy: a number from 0 to 65535.`)
}

function countOf(option: string, text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text)
  throw new UsageError(`--${option}: ${JSON.stringify(text)} is no time. Remedy: whole milliseconds, as 5000.`)
}

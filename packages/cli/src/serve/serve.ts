import { type Contract, defineContract, metrics } from 'culpa'
import { listen } from 'culpa/node'
import type { Command, CommandInput } from '../command.ts'
import { loadApi } from '../load-api.ts'
import { note, printJson, printLine } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'
import { accessLines } from './access-lines.ts'
import { metricsApi, metricsPath } from './metrics-page.ts'
import { type Page, usesPath, withPages } from './page.ts'

/** Serves the API of a module. */
export const serve: Command = {
  name: 'serve',
  summary: 'serves the API that a module exports',
  description: `Serves the API that MODULE exports as \`api\`, until it is stopped; then finishes what is running.
Beside it: /livez and /readyz, and what the options ask for.`,
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
  const port = portOf('port', input.text('port') ?? process.env.PORT ?? '4000')
  const metricsPort = input.text('metrics-port')
  const ownPort = metricsPort === undefined ? undefined : portOf('metrics-port', metricsPort)
  const drainGraceMs = countOf('grace-ms', input.text('grace-ms') ?? '0')
  const host = input.text('host') ?? '127.0.0.1'
  const { handling, parts } = await loadApi(file)

  const requests = metrics()
  const contract = parts[0]?.contract ?? plainContract()
  const pages: Page[] = []
  if (input.flag('metrics') && usesPath(parts, metricsPath)) {
    throw new UsageError(`--metrics: the API has operations of its own at ${metricsPath}. Remedy: --metrics-port 9464.`)
  }
  if (input.flag('metrics')) pages.push({ owns: (path) => path === metricsPath, api: metricsApi(contract, requests) })

  const whole = withPages(handling, pages)
  whole.observe(requests.log)
  if (input.flag('access-log') || input.text('log') !== undefined) openAccessLog(whole, input.text('log'))
  const { url } = await listen(requests.watch(whole), { port, host, signals: true, drainGraceMs })
  const metricsUrl =
    ownPort === undefined ? undefined : await serveMetrics(metricsApi(contract, requests), ownPort, host)
  announce(input, { module: file, url, ...(metricsUrl !== undefined && { metricsUrl }) })
  return 0
}

function openAccessLog(api: ReturnType<typeof withPages>, file: string | undefined): void {
  const lines = accessLines(file)
  api.observe(lines.log)
  if (file !== undefined) process.on('SIGHUP', lines.reopen)
}

/** Not closed on a signal: the last requests are counted too, and the process ends with the API. */
async function serveMetrics(api: ReturnType<typeof metricsApi>, port: number, host: string): Promise<string> {
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

/** For an API that somebody wrapped, so that its contract is not known. */
function plainContract(): Contract {
  return defineContract({ docs: '/errors' })
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

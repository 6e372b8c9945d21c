import { type Api, type Handling, type Log, metrics } from 'culpa'
import { listen } from 'culpa/node'
import type { Command, CommandInput } from '../command.ts'
import { type LoadedApi, loadApi } from '../load-api.ts'
import { usesPath } from '../pages/page.ts'
import { note, printJson, printLine } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'
import { accessLines } from './access-lines.ts'
import { liveLog } from './live-page.ts'
import { metricsApi, metricsPath } from './metrics-page.ts'
import { readServeOptions, type ServeOptions, serveOptions } from './serve-options.ts'
import { contractOf, surround } from './surround.ts'

/** Serves the API of a module. */
export const serve: Command = {
  name: 'serve',
  summary: 'serves the API that a module exports',
  description: `Serves the API that MODULE exports as \`api\`, until it is stopped; then finishes what is running.
Beside it: the reference at the path of the contract's docs, /livez and /readyz; on this machine
the page with the live log, at / (at /console where the API has a page of its own).`,
  positionals: ['MODULE'],
  runsOn: true,
  options: serveOptions,
  examples: [
    'culpa serve ./api.ts --port 8080',
    'culpa serve ./api.ts --host 0.0.0.0 --access-log --metrics-port 9464 --grace-ms 5000',
    'culpa serve ./dist/api.js --log /var/log/api.jsonl',
  ],
  run,
}

async function run(input: CommandInput): Promise<number> {
  const [file = ''] = input.positionals
  const options = readServeOptions(input, process.env)
  const loaded = await loadApi(file)
  checkMetrics(options, loaded)
  const requests = metrics()
  const logs = [requests.log, ...openAccessLog(options)]
  const live = options.page ? await liveLog() : undefined
  const beside = { logs, live, metrics: options.metrics === 'here' ? requests : undefined }
  const make = (url: string): Handling => requests.measure(surround(loaded, { ...beside, url }))
  const { port, host, drainGraceMs } = options
  const { url } = await listen((address) => make(address.url), { port, host, signals: true, drainGraceMs })
  const metricsUrl = await serveMetrics(metricsApi(contractOf(loaded), requests), options)
  announce(input, options, { module: file, url, ...(metricsUrl !== undefined && { metricsUrl }) })
  return 0
}

function checkMetrics({ metrics: place }: ServeOptions, { parts }: LoadedApi): void {
  if (place !== 'here' || !usesPath(parts, metricsPath)) return
  throw new UsageError(`--metrics: the API has operations of its own at ${metricsPath}. Remedy: --metrics-port 9464.`)
}

function openAccessLog({ accessLog }: ServeOptions): Log[] {
  if (accessLog === undefined) return []
  if (accessLog === 'stdout') return [accessLines(undefined).log]
  const lines = accessLines(accessLog.file)
  process.on('SIGHUP', lines.reopen)
  return [lines.log]
}

/** Not closed on a signal: the last requests are counted too, and the process ends with the API. */
async function serveMetrics(api: Api, { metrics: port, host }: ServeOptions): Promise<string | undefined> {
  if (typeof port !== 'number') return undefined
  const { url } = await listen(api, { port, host, processFailures: 'crash' })
  return `${url}${metricsPath}`
}

interface Facts {
  readonly module: string
  readonly url: string
  readonly metricsUrl?: string
}

/** Standard output belongs to the access log where it goes there. */
function announce(input: CommandInput, { accessLog }: ServeOptions, facts: Facts): void {
  const { module, url, metricsUrl } = facts
  const text = `culpa serves ${module} on ${url}${metricsUrl === undefined ? '' : `, metrics on ${metricsUrl}`}`
  if (accessLog === 'stdout') note(input.flag('json') ? JSON.stringify(facts) : text)
  else if (input.flag('json')) printJson(facts)
  else printLine(text)
}

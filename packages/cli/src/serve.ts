import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { Handling } from 'culpa'
import { listen } from 'culpa/node'
import { UsageError } from './usage-error.ts'

export const serveHelp = `culpa serve MODULE [--port N] [--host HOST]

Serves the API that MODULE exports as \`api\`, until it is stopped; then finishes what is running.

  --port N     default: PORT, else 4000
  --host HOST  default: 127.0.0.1

Example:
  culpa serve ./api.ts --port 8080`

/**
 * The command \`culpa serve\`.
 * @throws {UsageError} for a module that is missing, does not load or exports no API, and for a port that is none
 */
export async function serve(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { port: { type: 'string' }, host: { type: 'string', default: '127.0.0.1' }, help: { type: 'boolean' } },
  })
  if (values.help) return console.log(serveHelp)
  const [file, ...others] = positionals
  if (file === undefined || others.length > 0)
    throw new UsageError('serve takes one module. Remedy: culpa serve ./api.ts')
  const port = readPort(values.port ?? process.env.PORT ?? '4000')
  const { url } = await listen(await loadApi(file), { port, host: values.host, signals: true })
  console.log(`culpa serves ${file} on ${url}`)
}

function readPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new UsageError(`--port: ${JSON.stringify(text)} is none. Remedy: a number from 0 to 65535.`)
}

async function loadApi(file: string): Promise<Handling> {
  let loaded: { readonly api?: Partial<Handling> }
  try {
    loaded = (await import(pathToFileURL(resolve(file)).href)) as typeof loaded
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
    throw new UsageError(`${file} does not load: ${message}`, { cause })
  }
  const { api } = loaded
  if (typeof api?.handle !== 'function' || typeof api.refuse !== 'function') {
    throw new UsageError(`${file} exports no API. Remedy: export const api = createApi({ … })`)
  }
  return api as Handling
}

import { parseArgs } from 'node:util'

export interface SandboxOptions {
  readonly port: number
  readonly host: string
  /** File of the database; its processor keeps its books beside it. */
  readonly databaseFile: string
  readonly fresh: boolean
}

export const usage = `npm start -- [options]
  --port N     port to listen on (default: PORT, else 4000)
  --host HOST  address to bind to (default: 127.0.0.1)
  --db FILE    database file (default: .culpa/sandbox.db)
  --fresh      start with an empty database
  --help       this text`

/**
 * Reads the command line.
 * @throws {Error} one line: the option at fault and the remedy
 */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): SandboxOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      db: { type: 'string', default: '.culpa/sandbox.db' },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const given = values.port ?? env.PORT ?? '4000'
  const port = Number(given)
  if (!/^\d+$/.test(given) || port > 65_535)
    throw new Error(`port: ${JSON.stringify(given)} is none. Remedy: a number from 0 to 65535.`)
  return { port, host: values.host, databaseFile: values.db, fresh: values.fresh }
}

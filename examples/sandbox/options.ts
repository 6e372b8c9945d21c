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
  const { port, host, db, fresh, help } = parse(args)
  if (help) return 'help'
  if (host === '') throw new Error('--host is empty. Remedy: an address, such as --host 127.0.0.1.')
  if (db === '') throw new Error('--db is empty. Remedy: a file, such as --db .culpa/sandbox.db.')
  if (port === undefined && env.PORT !== undefined) {
    return { port: toPort(env.PORT, 'the variable PORT'), host, databaseFile: db, fresh }
  }
  return { port: toPort(port ?? '4000', '--port'), host, databaseFile: db, fresh }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        host: { type: 'string', default: '127.0.0.1' },
        db: { type: 'string', default: '.culpa/sandbox.db' },
        fresh: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (cause) {
    // Node goes on with advice on dashes that helps nobody here.
    const [problem] = cause instanceof Error ? cause.message.split(/\.\s|\n/) : [String(cause)]
    throw new Error(`${problem}. Remedy: npm start -- --help`, { cause })
  }
}

function toPort(given: string, origin: string): number {
  const port = Number(given)
  if (/^\d+$/.test(given) && port <= 65_535) return port
  throw new Error(`${origin} is ${JSON.stringify(given)}, which is no port. Remedy: a number from 0 to 65535.`)
}

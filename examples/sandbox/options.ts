import { parseArgs } from 'node:util'

export interface SandboxOptions {
  readonly port: number
  readonly host: string
  /** File of the database; its processor keeps its books beside it. */
  readonly databaseFile: string
  readonly fresh: boolean
  /** How many processes serve it. */
  readonly processes: number
  /** Instead of the file, for all but the processor's books and the log. */
  readonly postgresUrl?: string | undefined
  /** Where processes share limits. */
  readonly redisUrl?: string | undefined
}

export const usage = `npm start -- [options]
  --port N        port to listen on (default: PORT, else 4000)
  --host HOST     address to bind to (default: 127.0.0.1)
  --db FILE       database file (default: .culpa/sandbox.db)
  --fresh         start with an empty database
  --processes N   processes that serve it (default: 1); more than one need --redis
  --postgres URL  keep data, keys and idempotency records in Postgres instead of the file
  --redis URL     keep limits in Redis, and what is known of keys
  --help          this text`

/**
 * Reads the command line.
 * @throws {Error} one line: the option at fault and the remedy
 */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): SandboxOptions | 'help' {
  const { port, host, db, fresh, help, processes, postgres, redis } = parse(args)
  if (help) return 'help'
  if (host === '') throw new Error('--host is empty. Remedy: an address, such as --host 127.0.0.1.')
  if (db === '') throw new Error('--db is empty. Remedy: a file, such as --db .culpa/sandbox.db.')
  const isFromEnvironment = port === undefined && env.PORT !== undefined
  const options = {
    port: isFromEnvironment ? toPort(env.PORT ?? '', 'the variable PORT') : toPort(port ?? '4000', '--port'),
    host,
    databaseFile: db,
    fresh,
    processes: toProcesses(processes),
    postgresUrl: toUrl(postgres, '--postgres', ['postgres:', 'postgresql:']),
    redisUrl: toUrl(redis, '--redis', ['redis:', 'rediss:']),
  }
  refuseUnshared(options)
  return options
}

/**
 * The sandbox's keys are public.
 * @throws {Error} with `NODE_ENV=production`
 */
export function refuseProduction(): void {
  if (process.env.NODE_ENV !== 'production') return
  throw new Error('The sandbox has public keys and does not run in production. Remedy: unset NODE_ENV.')
}

/** Each process would count for itself, and callers would have as many limits as there are processes. */
function refuseUnshared({ processes, redisUrl, databaseFile, postgresUrl }: SandboxOptions): void {
  if (processes === 1) return
  if (redisUrl === undefined) {
    throw new Error(
      `--processes ${processes} needs a place where processes share limits. Remedy: --redis URL, such as redis://localhost:6379.`,
    )
  }
  if (databaseFile === ':memory:' && postgresUrl === undefined) {
    throw new Error(`--processes ${processes} cannot share a database in memory. Remedy: --db FILE.`)
  }
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
        processes: { type: 'string', default: '1' },
        postgres: { type: 'string' },
        redis: { type: 'string' },
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

const maxProcesses = 64

function toProcesses(given: string): number {
  const processes = Number(given)
  if (/^\d+$/.test(given) && processes >= 1 && processes <= maxProcesses) return processes
  throw new Error(`--processes is ${JSON.stringify(given)}. Remedy: a number from 1 to ${maxProcesses}.`)
}

/** The URL may hold a password, so it is not repeated. */
function toUrl(given: string | undefined, option: string, protocols: readonly string[]): string | undefined {
  if (given === undefined || (URL.canParse(given) && protocols.includes(new URL(given).protocol))) return given
  throw new Error(`${option} is no URL of this kind. Remedy: one that begins with ${protocols[0]}//.`)
}

import { type ChildProcess, execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { freePort } from './free-port.ts'
import { end, type Service, spawnServer } from './service.ts'

export interface PostgresService extends Service {
  readonly url: string
}

export interface PostgresOptions {
  /** True where durability is the subject; else the disk is not flushed. */
  readonly fsync?: boolean
  /** Where its files go. Default: the system's folder for such. */
  readonly below?: string
  /** More settings, such as `synchronous_commit=off`. */
  readonly settings?: readonly string[]
}

/** Starts a Postgres with one empty database. */
export async function startPostgres(
  file: string,
  { fsync = false, below = tmpdir(), settings = [] }: PostgresOptions = {},
): Promise<PostgresService> {
  const owner = unprivileged()
  const folder = mkdtempSync(join(below, 'culpa-postgres-'))
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const options = ['--username=culpa', '--auth=trust', '--encoding=UTF8', '--locale=C']
  if (!fsync) options.push('--no-sync')
  execFileSync(join(dirname(file), 'initdb'), ['-D', data, ...options], { ...owner, cwd: folder, stdio: 'pipe' })
  const port = await freePort()
  const all = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    `fsync=${fsync ? 'on' : 'off'}`,
    'max_connections=200',
    ...settings,
  ]
  const args = ['-D', data, '-p', String(port), ...all.flatMap((setting) => ['-c', setting])]
  let child: ChildProcess
  const start = async () => {
    child = await spawnServer(file, args, /ready to accept connections/, { ...owner, cwd: folder })
  }
  await start()
  // Its immediate shutdown: all its processes end at once, and the next start recovers as from a crash.
  const kill = () => end(child, 'SIGQUIT')
  return {
    port,
    url: `postgres://culpa@127.0.0.1:${port}/postgres`,
    get pid() {
      return child.pid as number
    },
    kill,
    restart: start,
    async close() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Postgres refuses to run as root; its package of Debian brings a user for it. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

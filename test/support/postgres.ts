import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Pool } from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe } from 'vitest'
import { freePort } from './free-port.ts'
import { programFor } from './program.ts'
import { type Service, startService } from './service.ts'

/** A Postgres of a test file, on a port of its own, with one database. */
export interface PostgresUnderTest {
  readonly port: number
  readonly pid: number
  readonly url: string
  /** Ends it as a crash would; what it had committed is still there. */
  kill(): Promise<void>
  restart(): Promise<void>
}

/** Tests on a Postgres of their own, ended with them; skipped where there is none. */
export function describePostgres(name: string, body: (server: PostgresUnderTest) => void): void {
  const file = programFor(name, 'postgres')
  describe.skipIf(file === undefined)(name, () => {
    let folder = ''
    let port = 0
    let service: Service
    const start = async () => {
      const settings = [
        'listen_addresses=127.0.0.1',
        `unix_socket_directories=${folder}`,
        'fsync=off',
        'max_connections=200',
      ]
      const args = ['-D', join(folder, 'data'), '-p', String(port), ...settings.flatMap((one) => ['-c', one])]
      service = await startService(file as string, args, /ready to accept connections/, {
        ...unprivileged(),
        cwd: folder,
      })
    }
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'culpa-postgres-'))
      const { uid, gid } = unprivileged()
      if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid)
      const options = [
        '-D',
        join(folder, 'data'),
        '-U',
        'culpa',
        '-A',
        'trust',
        '-E',
        'UTF8',
        '--locale=C',
        '--no-sync',
      ]
      execFileSync(join(dirname(file as string), 'initdb'), options, { ...unprivileged(), cwd: folder, stdio: 'pipe' })
      port = await freePort()
      await start()
    })
    afterAll(async () => {
      await service.kill()
      rmSync(folder, { recursive: true, force: true })
    })
    body({
      get port() {
        return port
      },
      get pid() {
        return service.child.pid as number
      },
      get url() {
        return `postgres://culpa@127.0.0.1:${port}/postgres`
      },
      kill: () => service.kill(),
      restart: start,
    })
  })
}

/** Postgres refuses to run as root; its package of Debian brings a user for it. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** A pool of `pg`. */
export function pgPool({ url }: Pick<PostgresUnderTest, 'url'>, max = 4): Pool {
  return new Pool({ connectionString: url, max })
}

/** A pool of postgres.js. */
export function postgresJs({ url }: PostgresUnderTest, max = 4) {
  return postgres(url, { max, onnotice: () => undefined })
}

import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { end, type Service, spawnServer } from './service.ts'

/** Starts a Redis that keeps nothing on disk. */
export async function startRedis(file: string, settings: readonly string[] = []): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'culpa-redis-'))
  const port = await freePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...settings]
  let child: ChildProcess
  const start = async () => {
    child = await spawnServer(file, args, /Ready to accept connections/)
  }
  await start()
  const kill = () => end(child, 'SIGKILL')
  return {
    port,
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

import { execFileSync } from 'node:child_process'
import { findProgram, type ProgramName } from '../scripts/programs.mjs'
import { startPostgres } from '../test/support/postgres-service.ts'
import { startRedis } from '../test/support/redis-service.ts'
import type { Service } from '../test/support/service.ts'
import type { Figure } from './figure.ts'
import { pin } from './process.ts'

/** A service that a figure needs, by the program that is it, with the URL that its clients take. */
const services = {
  'redis-server': async (file: string) => {
    const redis = await startRedis(file)
    return { ...redis, pid: redis.pid, url: `redis://127.0.0.1:${redis.port}` }
  },
  postgres: (file: string) => startPostgres(file, { fsync: true }),
} satisfies Partial<Record<ProgramName, (file: string) => Promise<Service & { readonly url: string }>>>

/**
 * Measures a figure on a Redis or a Postgres of its own, on the second core. Where the program is not installed, the
 * figure says that.
 */
export async function withService(
  name: string,
  program: keyof typeof services,
  measure: (url: string) => Promise<Figure>,
): Promise<Figure> {
  const file = findProgram(program)
  if (file === undefined) return { kind: 'missing', name, why: `${program} is not installed` }
  const service = await services[program](file)
  pin(service.pid, 1)
  try {
    return await measure(service.url)
  } finally {
    await service.close()
  }
}

/** Versions of the services that are installed. */
export function serviceVersions(): Readonly<Record<string, string>> {
  const versions: Record<string, string> = {}
  for (const program of Object.keys(services) as (keyof typeof services)[]) {
    const file = findProgram(program)
    if (file === undefined) continue
    const [version = 'unknown'] = /\d+(\.\d+)+/.exec(execFileSync(file, ['--version'], { encoding: 'utf8' })) ?? []
    versions[program] = version
  }
  return versions
}

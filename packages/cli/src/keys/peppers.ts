import type { Peppers } from 'culpa'
import { UsageError } from '../usage-error.ts'

/**
 * The peppers, by version, from the environment: `CULPA_PEPPER` is version 1, `CULPA_PEPPER_2` version 2, and so on.
 * Never from an argument, which others on the machine can see and a shell remembers.
 * @throws {UsageError} when there is none, one is shorter than 16 characters, or version 1 is there twice
 */
export function peppersOf(environment: NodeJS.ProcessEnv): Peppers {
  const peppers: Record<number, string> = {}
  for (const [name, value = ''] of Object.entries(environment)) {
    const version = /^CULPA_PEPPER(?:_([1-9]\d{0,5}))?$/.exec(name)
    if (version === null) continue
    const number = Number(version[1] ?? 1)
    if (value.length < 16) throw new UsageError(`${name} is shorter than 16 characters. Remedy: a long random text.`)
    if (peppers[number] !== undefined && peppers[number] !== value) {
      throw new UsageError('CULPA_PEPPER and CULPA_PEPPER_1 differ. Remedy: keep one of them.')
    }
    peppers[number] = value
  }
  if (Object.keys(peppers).length > 0) return peppers
  throw new UsageError(
    'there is no pepper, the secret that hashes are made with. Remedy: set CULPA_PEPPER to that of the API.',
  )
}

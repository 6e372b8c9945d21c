import { findProgram, type ProgramName, programs } from '../../scripts/programs.mjs'

/**
 * The file of a program that tests of this name need. Where it is missing, CI fails and elsewhere a line says what is
 * skipped: `describe.skipIf(file === undefined)`.
 * @throws {Error} under CI=true where it is missing
 */
export function programFor(tests: string, name: ProgramName): string | undefined {
  const file = findProgram(name)
  if (file !== undefined) return file
  const { variable, debian } = programs[name]
  const remedy = debian === undefined ? 'run npm test once' : `install Debian's package ${debian}`
  const message = `${tests}: ${name} is missing. Remedy: ${remedy}, or name its file in ${variable}.`
  if (process.env.CI === 'true') throw new Error(message)
  console.warn(`SKIPPED ${message}`)
  return undefined
}

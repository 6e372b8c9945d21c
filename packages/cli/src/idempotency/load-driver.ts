import { createRequire } from 'node:module'
import { join } from 'node:path'
import { UsageError } from '../usage-error.ts'

export interface Driver {
  readonly name: string
  readonly exports: unknown
}

/**
 * Loads the first of these packages that the project in which the program runs has: the program itself brings no driver.
 * @throws {UsageError} where it has none of them
 */
export function loadDriver(server: string, names: readonly string[]): Driver {
  const project = createRequire(join(process.cwd(), 'package.json'))
  for (const name of names) {
    if (has(project, name)) return { name, exports: project(name) }
  }
  throw new UsageError(
    `this folder has no driver of ${server}. Remedy: run it in the project of the API, or npm install ${names[0]}.`,
  )
}

function has(project: NodeJS.Require, name: string): boolean {
  try {
    return project.resolve(name) !== ''
  } catch {
    return false
  }
}

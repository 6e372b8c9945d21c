import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Reference } from 'culpa/reference'

/**
 * Removes the pages of codes that the catalogue of an earlier run names and the reference does not: nothing else that
 * lies in the folder is touched. Gives the paths that were removed.
 */
export function removeStale(folder: string, reference: Reference): readonly string[] {
  const codes = new Set(reference.codes.map(({ code }) => code))
  return earlierCodes(join(folder, 'all-codes.json'))
    .filter((code) => !codes.has(code))
    .flatMap((code) => ['html', 'md', 'json'].map((extension) => join(folder, `${code}.${extension}`)))
    .filter((path) => existsSync(path))
    .map((path) => {
      rmSync(path)
      return path
    })
}

function earlierCodes(catalogue: string): readonly string[] {
  try {
    const { codes = [] } = JSON.parse(readFileSync(catalogue, 'utf8')) as Partial<Reference>
    // A name that is no code could lead out of the folder.
    return codes.map(({ code }) => code).filter((code) => /^[a-z][a-z0-9_]*$/.test(code))
  } catch {
    return []
  }
}

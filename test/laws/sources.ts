import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root, with a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url))
/** Where the library's sources are. */
export const librarySources = join(root, 'packages/culpa/src')

/** An import of a source file. */
export interface Import {
  /** As written. */
  readonly specifier: string
  /** Path below the sources, for one of our own; else `undefined`. */
  readonly target: string | undefined
  readonly typeOnly: boolean
}

/** All source files below a folder that are no tests, as paths relative to it. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.(test|suite)\.ts$/.test(file) && !file.includes('node_modules'))
    .sort()
}

/** The imports and re-exports of a file of the library. */
export function importsOf(file: string): Import[] {
  const text = readFileSync(join(librarySources, file), 'utf8')
  const pattern = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\s+from\s+)?'([^']+)'/gm
  return [...text.matchAll(pattern)].map(([, type, specifier]) => {
    const own = specifier!.startsWith('.')
    const target = own ? relative('.', normalize(join(dirname(file), specifier!))) : undefined
    return { specifier: specifier!, target, typeOnly: type !== undefined }
  })
}

/** Everything that running a file of the library loads, itself included; and the packages it needs. */
export function importGraph(file: string): {
  readonly files: ReadonlySet<string>
  readonly packages: ReadonlySet<string>
} {
  const files = new Set<string>()
  const packages = new Set<string>()
  const open = [file]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (files.has(next)) continue
    files.add(next)
    for (const { specifier, target, typeOnly } of importsOf(next)) {
      if (typeOnly) continue
      if (target === undefined) packages.add(specifier)
      else open.push(target)
    }
  }
  return { files, packages }
}

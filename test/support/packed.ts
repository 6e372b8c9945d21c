import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { root } from '../laws/sources.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder that has culpa and its program in its `node_modules` as a user gets them: built, packed, unpacked beside their dependencies. */
    readonly packed: string
  }
}

/** Packs the packages once for all tests of the project. */
export default function setup({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'culpa-packed-'))
  const modules = join(folder, 'node_modules')
  // In this order: the program compiles against the library's types as they were built.
  const needed = ['culpa', 'cli'].flatMap((name) => unpack(join(root, 'packages', name), folder))
  for (const name of new Set([...needed, '@types/node', 'undici-types'])) {
    if (name === 'culpa') continue
    mkdirSync(join(modules, name, '..'), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  provide('packed', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}

/** Packs a package and unpacks it where a consumer finds it. Gives the names of what it depends on. */
function unpack(source: string, folder: string): string[] {
  const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` }
  const pack = ['pack', '--json', '--silent', '--pack-destination', folder]
  const [{ filename }] = JSON.parse(execFileSync('npm', pack, { cwd: source, env, encoding: 'utf8' }))
  const { name, dependencies } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
  const target = join(folder, 'node_modules', name)
  mkdirSync(target, { recursive: true })
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', target, '--strip-components=1'])
  return Object.keys(dependencies)
}

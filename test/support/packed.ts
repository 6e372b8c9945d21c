import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { root } from '../laws/sources.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder that has culpa in its `node_modules` as a user gets it: built, packed, unpacked beside its dependencies. */
    readonly packed: string
  }
}

const library = join(root, 'packages/culpa')

/** Packs the library once for all tests of the project. */
export default function setup({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'culpa-packed-'))
  const modules = join(folder, 'node_modules')
  const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` }
  const pack = ['pack', '--json', '--silent', '--pack-destination', folder]
  const [{ filename }] = JSON.parse(execFileSync('npm', pack, { cwd: library, env, encoding: 'utf8' }))
  mkdirSync(modules)
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', modules])
  renameSync(join(modules, 'package'), join(modules, 'culpa'))
  const { dependencies } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8'))
  for (const name of [...Object.keys(dependencies), '@types/node', 'undici-types']) {
    mkdirSync(join(modules, name, '..'), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  provide('packed', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}

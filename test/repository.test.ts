import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtins, defineContract } from 'culpa'
import { formats } from 'culpa/formats'
import { profiles } from 'culpa/profiles'
import { expect, test } from 'vitest'
import { librarySources, root, sourceFiles } from './laws/sources.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((file) => existsSync(join(root, file)))
const manifests = tracked.filter((file) => file.endsWith('package.json'))
const dependenciesOf = (file: string): Record<string, string> => {
  const manifest = JSON.parse(read(file)) as Record<string, Record<string, string>>
  return { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
}

const withoutDocblocks = (text: string) => text.replace(/\/\*\*[\s\S]*?\*\//g, '')

test('every dependency has an exact version', () => {
  const loose = manifests.flatMap((file) =>
    Object.entries(dependenciesOf(file))
      .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
      .map(([name, version]) => `${file}: ${name} ${version}`),
  )
  expect(loose).toEqual([])
})

test('every dependency has a line in docs/dependencies.md, and no line is left over', () => {
  const own = new Set(manifests.map((file) => (JSON.parse(read(file)) as { name: string }).name))
  const used = new Set(manifests.flatMap((file) => Object.keys(dependenciesOf(file))).filter((name) => !own.has(name)))
  const listed = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` +\|/gm)].map(([, name]) => name)
  expect(listed.sort()).toEqual([...used].sort())
})

test('no lock file names a registry', () => {
  const locks = tracked.filter((file) => file.endsWith('package-lock.json'))
  expect(locks).toHaveLength(3)
  for (const lock of locks) expect(read(lock)).not.toMatch(/"resolved": "https?:/)
})

test('no file holds a secret, a path of a machine or the host of a registry', () => {
  const patterns = [
    /\/home\/\w+\//,
    /\/Users\/\w+\//,
    /registry\.\w+js\.org/,
    /-----BEGIN [A-Z ]*PRIVATE KEY/,
    /\bsk_live_[0-9A-Za-z]{20,}/,
  ]
  const offences = tracked
    .filter((file) => !/\.(png|ico)$/.test(file) && file !== 'test/repository.test.ts')
    .flatMap((file) => patterns.filter((pattern) => pattern.test(read(file))).map((pattern) => `${file}: ${pattern}`))
  expect(offences).toEqual([])
})

test('no test is skipped or focused, and nothing is left open', () => {
  const offences = tracked
    .filter((file) => file.endsWith('.ts') && file !== 'test/repository.test.ts')
    .filter((file) => /\b(?:test|it|describe)\.(?:only|todo)\b|\b(?:TODO|FIXME|XXX|HACK)\b/.test(read(file)))
  expect(offences).toEqual([])
})

test('no source of a package opens a hole in the types', () => {
  const folders = ['packages/culpa/src', 'packages/cli/src', 'examples/sandbox']
  const offences = folders.flatMap((folder) =>
    sourceFiles(join(root, folder))
      .map((file) => `${folder}/${file}`)
      .filter((file) => /: any\b|as any\b|@ts-(?:ignore|expect-error|nocheck)/.test(withoutDocblocks(read(file)))),
  )
  expect(offences).toEqual([])
})

test('every code that a guard or the kernel refuses with is a built-in one, and every built-in one is used', () => {
  const sources = sourceFiles(librarySources)
    .filter((file) => !/^(contract|profiles|formats)\//.test(file))
    .map((file) => readFileSync(join(librarySources, file), 'utf8'))
    .join('\n')
  const unused = Object.keys(builtins).filter((code) => !sources.includes(`'${code}'`))
  // Raised by handlers, which know what is a duplicate, a lost race, a lock.
  expect(unused.sort()).toEqual(['resource_changed', 'resource_exists', 'resource_locked'])
})

test('every profile resolves every built-in code to a status, a type and a format it has', () => {
  for (const profile of Object.values(profiles)) {
    const contract = defineContract({ profile, docs: '/errors' })
    expect(formats[contract.format].name).toBe(profile.format)
    for (const { status, type } of contract.codes.values()) {
      expect(contract.statuses[status], `${profile.name} ${status}`).toBeDefined()
      expect(contract.types[type], `${profile.name} ${type}`).toBeDefined()
    }
  }
})

test('README names the two commands', () => {
  expect(read('README.md')).toContain('npm start')
  expect(read('README.md')).toContain('npm test')
})

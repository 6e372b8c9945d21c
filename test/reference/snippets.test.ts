import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReference } from 'culpa/reference'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../laws/sources.ts'
import { documentedApis } from '../support/documented-apis.ts'

/** What a reader of a snippet has: a client, and values of their own. */
const around = `import type { UntypedClient } from 'culpa/client'
declare global {
  const client: UntypedClient
  const id: string
  const body: object
  function show(message: string): void
}
`

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'culpa-snippets-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(join(root, 'packages/culpa'), join(folder, 'node_modules/culpa'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'around.d.ts'), around)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What the compiler says of these files, under strict. */
function compile(files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const flags = [
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--allowImportingTsExtensions',
  ]
  const platform = ['--lib', 'es2024,dom,dom.iterable', '--types', '', '--customConditions', 'culpa-source']
  const program = join(root, 'node_modules/typescript/bin/tsc')
  try {
    const all = [program, ...flags, ...platform, 'around.d.ts', ...Object.keys(files)]
    return execFileSync(process.execPath, all, { cwd: folder, encoding: 'utf8' })
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

test('what a page shows to catch its code compiles under strict, for every code of every system', () => {
  const files = documentedApis.flatMap(([{ name }, { api }]) =>
    createReference(api).codes.map(({ code, client }) => [`${name}-${code}.ts`, `${client}\nexport {}\n`] as const),
  )
  expect(files.length).toBeGreaterThan(250)
  expect(compile(Object.fromEntries(files))).toBe('')
})

test('a snippet with a slip would not', () => {
  const [, { api }] = documentedApis[0] as (typeof documentedApis)[number]
  const client = createReference(api).codes[0]?.client.replace('error.message', 'error.mesage') ?? ''
  expect(compile({ 'slip.ts': client })).toContain("'mesage' does not exist")
})

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Reference } from 'culpa/reference'
import { expect, test } from 'vitest'
import { programFolder } from '../support/culpa-program.ts'

const { culpa, path: folder, write } = programFolder()
const api = (errors: string) => `import { createApi, defineContract, operationsFor } from 'culpa'
  const contract = defineContract({ name: 'shop', docs: 'https://docs.example.com/errors', errors: { ${errors} } })
  export const api = createApi({ contract, operations: [operationsFor(contract)('GET /items', { errors: ['sold_out'], handler: () => 1 })] })`
write('api.ts', api("sold_out: { status: 409, message: 'Sold out.' }, too_late: { status: 409, message: 'Too late.' }"))
write('later.ts', api("sold_out: { status: 409, message: 'Sold out.' }"))
write(
  'contract.ts',
  "import { defineContract } from 'culpa'\nexport const contract = defineContract({ name: 'alone', docs: '/errors' })",
)
write('open-handle.ts', `${api("sold_out: { status: 409, message: 'Sold out.' }")}\nsetInterval(() => undefined, 1000)`)
write(
  'mounted.ts',
  `import { createApi, defineContract, mountApis } from 'culpa'
  const made = (name: string) => createApi({ contract: defineContract({ name, docs: '/' + name }), operations: [] })
  export const api = mountApis({ '/a': made('first') }, made('second'))`,
)
write(
  'names.ts',
  `import { createApi, defineContract, mountApis } from 'culpa'
  const made = (name: string) => createApi({ contract: defineContract({ name, docs: '/a' }), operations: [] })
  export const outside = made('../../outside')
  export const twice = made('Shop')
  export const api = mountApis({ '/a': process.env.WAY === 'outside' ? outside : twice }, made('shop'))`,
)
write('nothing.ts', 'export const other = 1')

const read = (file: string) => readFileSync(join(folder, file), 'utf8')

/** Where the links of a page lead on a disk; those that leave the site are left out. */
function linksOf(file: string): string[] {
  const links = [...read(file).matchAll(/(?:href|src)="([^"#]+)/g)].map(([, link = '']) => link)
  return links.filter((link) => !/^(?:https?|mailto):/.test(link))
}

test('a site opens from a disk: every link of every page leads to a file of it, by a relative way', async () => {
  const { code, stdout } = await culpa(['docs', 'api.ts', '--out', 'site'])
  expect([code, stdout.trim()]).toEqual([
    0,
    expect.stringMatching(/^\d+ files written, 0 removed\. Open site\/index\.html$/),
  ])
  const pages = readdirSync(join(folder, 'site')).filter((file) => file.endsWith('.html'))
  expect(pages).toContain('sold_out.html')
  for (const page of pages) {
    const links = linksOf(`site/${page}`)
    expect(links.length).toBeGreaterThan(2)
    const broken = links.filter((link) => {
      const target = new URL(link, pathToFileURL(join(folder, 'site', page)))
      return link.startsWith('/') || !existsSync(target)
    })
    expect(broken, page).toEqual([])
  }
})

test('every code has its page in three forms, the whole is one catalogue and one llms.txt', async () => {
  const { stdout } = await culpa(['docs', 'api.ts', '--out', 'forms', '--json'])
  const { files, removed } = JSON.parse(stdout)
  const { codes } = JSON.parse(read('forms/all-codes.json')) as Reference
  expect(removed).toEqual([])
  for (const { code } of codes) {
    for (const form of ['html', 'md', 'json']) expect(files).toContain(`forms/${code}.${form}`)
    expect(JSON.parse(read(`forms/${code}.json`)).code).toBe(code)
  }
  for (const file of files) expect(existsSync(join(folder, file)), file).toBe(true)
  expect(read('forms/llms.txt')).toContain('sold_out')
})

test('pages of codes that are no more are removed, other files are left alone', async () => {
  await culpa(['docs', 'api.ts', '--out', 'stale'])
  writeFileSync(join(folder, 'stale/mine.html'), 'mine')
  const { stdout } = await culpa(['docs', 'later.ts', '--out', 'stale', '--json'])
  expect(JSON.parse(stdout).removed).toEqual(['stale/too_late.html', 'stale/too_late.md', 'stale/too_late.json'])
  expect(existsSync(join(folder, 'stale/too_late.html'))).toBe(false)
  expect(read('stale/mine.html')).toBe('mine')
  expect(read('stale/index.html')).not.toContain('too_late')
})

test('a catalogue that names a path removes nothing', async () => {
  await culpa(['docs', 'later.ts', '--out', 'hostile'])
  const catalogue = JSON.parse(read('hostile/all-codes.json'))
  catalogue.codes.push({ code: '../hostile-target' })
  writeFileSync(join(folder, 'hostile/all-codes.json'), JSON.stringify(catalogue))
  write('hostile-target.html', 'mine')
  await culpa(['docs', 'later.ts', '--out', 'hostile'])
  expect(read('hostile-target.html')).toBe('mine')
})

test('several mounted APIs get a folder each', async () => {
  const { code } = await culpa(['docs', 'mounted.ts', '--out', 'several'])
  expect([code, readdirSync(join(folder, 'several')).sort()]).toEqual([0, ['first', 'second']])
})

test('a contract alone is enough', async () => {
  const { code, stdout } = await culpa(['docs', 'contract.ts', '--format', 'json'])
  expect([code, JSON.parse(stdout).name]).toEqual([0, 'alone'])
})

test('--format markdown is one file, to a file or to standard output', async () => {
  const args = [
    'docs',
    'api.ts',
    '--format',
    'markdown',
    '--base-url',
    'https://api.example.org',
    '--title',
    'Shop errors',
  ]
  const [printed, written] = await Promise.all([culpa(args), culpa([...args, '--out', 'deep/ERRORS.md'])])
  expect(printed.stdout).toMatch(/^# Shop errors\n/)
  expect(printed.stdout).toContain('sold_out')
  expect(read('deep/ERRORS.md')).toBe(printed.stdout)
  expect(written.stdout).toBe('Written: deep/ERRORS.md\n')
})

test('a module that keeps something open does not keep the program running', async () => {
  expect((await culpa(['docs', 'open-handle.ts', '--format', 'json'])).code).toBe(0)
})

test.each([
  [['docs', 'api.ts'], 'a site needs a folder. Remedy: --out DIR, or --format markdown.'],
  [['docs', 'api.ts', '--format', 'pdf'], '--format: "pdf" is none. Remedy: site, markdown, json.'],
  [['docs', 'nothing.ts', '--out', 'x'], 'nothing.ts exports neither an API nor a contract'],
  [['docs', 'api.ts', '--out', 'api.ts/below'], '--out: '],
])('culpa %j is refused', async (args, message) => {
  const { code, stdout, stderr } = await culpa(args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
})

test.each([
  ['outside', '"../../outside" is no name for a folder. Remedy: another name in defineContract.'],
  ['twice', 'two APIs have the name "Shop". Remedy: give each its own in defineContract.'],
])('several APIs are written each into a folder of its own, or not at all: %s', async (WAY, message) => {
  const { code, stdout, stderr } = await culpa(['docs', 'names.ts', '--out', 'named/site'], { WAY })
  expect([code, stdout, stderr]).toEqual([2, '', `culpa: ${message}\n`])
  expect(existsSync(join(folder, 'named'))).toBe(false)
})

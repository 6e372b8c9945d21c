import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../laws/sources.ts'
import { programFolder } from '../support/culpa-program.ts'

const { culpa, path: folder, write } = programFolder()
write(
  'api.ts',
  `import { createApi, defineContract, operationsFor } from 'culpa'
  const contract = defineContract({ name: 'shop', docs: '/errors' })
  export const api = createApi({ contract, operations: [operationsFor(contract)('GET /items', { handler: () => 1 })] })`,
)
const document = 'openapi: 3.1.0\ninfo: {title: x, version: "1"}\npaths: {/items: {get: {}}}\n'
const read = (file: string) => readFileSync(join(folder, file), 'utf8')

/** A folder of its own with one document. */
function withDocument(name: string): string {
  mkdirSync(join(folder, name))
  return write(`${name}/api.yaml`, document)
}

/** Reads what a file held when it was opened: one that is written in place would show the new text. */
async function heldOpen(file: string, work: () => Promise<unknown>): Promise<string> {
  const opened = openSync(join(folder, file), 'r')
  await work()
  const text = readFileSync(opened, 'utf8')
  closeSync(opened)
  return text
}

test('--into replaces the document as a whole, and keeps its mode and the link that leads to it', async () => {
  const file = withDocument('whole')
  chmodSync(join(folder, file), 0o640)
  symlinkSync('api.yaml', join(folder, 'whole/link.yaml'))
  const before = await heldOpen(file, () => culpa(['openapi', 'api.ts', '--into', 'whole/link.yaml']))
  expect(before).toBe(document)
  expect(read(file)).toContain('x-culpa: generated')
  expect(statSync(join(folder, file)).mode & 0o777).toBe(0o640)
  expect(lstatSync(join(folder, 'whole/link.yaml')).isSymbolicLink()).toBe(true)
  expect(readdirSync(join(folder, 'whole')).sort()).toEqual(['api.yaml', 'link.yaml'])
})

test('each page of a site is replaced as a whole', async () => {
  await culpa(['docs', 'api.ts', '--out', 'site', '--title', 'First'])
  const before = await heldOpen('site/index.html', () =>
    culpa(['docs', 'api.ts', '--out', 'site', '--title', 'Second']),
  )
  expect(before).toMatch(/First.*<\/html>\n$/s)
  expect(read('site/index.html')).toMatch(/Second.*<\/html>\n$/s)
  expect(readdirSync(join(folder, 'site')).filter((name) => name.startsWith('.'))).toEqual([])
})

const program = [process.execPath, '--conditions=culpa-source', join(root, 'packages/cli/src/main.ts')]

/** Runs the program where no file may be longer than a few blocks. */
function cramped(args: readonly string[]) {
  const command = `trap '' XFSZ; ulimit -f 4; exec "$0" "$@"`
  const env = { ...process.env, NO_COLOR: '1' }
  return spawnSync('sh', ['-c', command, ...program, ...args], { cwd: folder, encoding: 'utf8', env })
}

test('what cannot be written to its end is not begun: the document is as it was', () => {
  const file = withDocument('cramped')
  const { status, stderr } = cramped(['openapi', 'api.ts', '--into', file])
  expect([status, stderr]).toEqual([2, expect.stringMatching(/^culpa: --into: EFBIG: .+ Remedy: a place .+\n$/)])
  expect(read(file)).toBe(document)
  expect(readdirSync(join(folder, 'cramped'))).toEqual(['api.yaml'])
})

test('a site has no half page', () => {
  const { status } = cramped(['docs', 'api.ts', '--out', 'half'])
  expect(status).toBe(2)
  for (const name of readdirSync(join(folder, 'half'))) {
    expect(read(`half/${name}`), name).toMatch(name.endsWith('.html') ? /<\/html>\n$/ : /\S\s$/)
  }
})

test.each(['openapi', 'docs'])('culpa %s refuses a file that is read-only', async (command) => {
  const file = withDocument(`locked-${command}`)
  chmodSync(join(folder, file), 0o444)
  const option = command === 'openapi' ? ['--into'] : ['--format', 'json', '--out']
  const { code, stderr } = await culpa([command, 'api.ts', ...option, file])
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/^culpa: --(?:into|out): .+ is read-only\. Remedy: a place .+\n$/),
  ])
  expect(read(file)).toBe(document)
})

test('what is no file, such as a pipe, is written to', () => {
  const command = `"$0" "$@" | cat`
  const args = ['docs', 'api.ts', '--format', 'json', '--out', '/dev/stdout', '--json']
  const { stdout } = spawnSync('sh', ['-c', command, ...program, ...args], { cwd: folder, encoding: 'utf8' })
  expect(stdout).toMatch(/^{\n {2}"name": "shop",.*\n}\n{"out":"\/dev\/stdout",.*}\n$/s)
})

import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { root } from '../laws/sources.ts'
import { programFolder } from '../support/culpa-program.ts'

const { culpa, path: folder, write } = programFolder()
write(
  'api.ts',
  `import { createApi, defineContract, operationsFor } from 'culpa'
  const contract = defineContract({ name: 'shop', docs: '/errors', errors: { sold_out: { status: 409, message: 'Sold out.' } } })
  const operation = operationsFor(contract)
  export const api = createApi({ contract, operations: [
    operation('GET /items/:id', { errors: ['resource_missing'], handler: () => 1 }),
    operation('POST /items', { errors: ['sold_out'], handler: () => 1 }),
    operation('GET /unlisted', { handler: () => 1 }),
  ] })`,
)
write(
  'mounted.ts',
  `import { createApi, defineContract, mountApis, operationsFor } from 'culpa'
  const made = (name: 'first' | 'second') => {
    const contract = defineContract({ name, docs: '/' + name })
    return createApi({ contract, operations: [operationsFor(contract)(\`GET /\${name}/a\`, { handler: () => 1 })] })
  }
  export const api = mountApis({ '/first': made('first') }, made('second'))`,
)
const read = (file: string) => readFileSync(join(folder, file), 'utf8')

const yaml = `# Ours, written by hand.
openapi: 3.1.0
info: {title: Shop, version: "1.10"} # a string, not a number
x-limits:
    max: 1.0
    hex: 0x1F
paths:

    # Items are what we sell.
    /items/{itemId}:
        get:
            operationId: 'readItem'
            responses:
                default: &any
                    description: >-
                        Anything
                        else.
                200:
                    description: One item
                404:
                    description: Ours stays. # kept
    /items:
        post:
            tags:
            - writing
            responses:
                "201": {description: Made}
        # no more methods
    /not-in-the-api:
        get:
            responses: {default: *any}
`
const json = `{
    "openapi": "3.1.0",
    "info": { "title": "Shop", "version": "1.10" },
    "paths": {
        "/items": { "post": { "x-weight": 1.0, "responses": { "default": { "description": "Else" }, "201": { "description": "Made" } } } }
    }
}`

/** Whether the lines stand in the text in this order, whatever stands between them. */
function missingLines(before: string, after: string): string[] {
  const lines = after.split('\n')
  let from = 0
  return before.split('\n').filter((line) => {
    const place = lines.indexOf(line, from)
    if (place !== -1) from = place + 1
    return place === -1
  })
}

test('the document is printed as JSON, or as YAML, in both versions', async () => {
  const [plain, asYaml] = await Promise.all([
    culpa(['openapi', 'api.ts', '--title', 'The shop', '--release', '2.1.0', '--server', 'https://api.example.com']),
    culpa(['openapi', 'api.ts', '--yaml', '--version', '3.2']),
  ])
  const document = JSON.parse(plain.stdout)
  expect(document).toMatchObject({
    openapi: '3.1.1',
    info: { title: 'The shop', version: '2.1.0' },
    servers: [{ url: 'https://api.example.com' }],
  })
  expect(Object.keys(document.paths)).toEqual(['/items/{id}', '/items', '/unlisted'])
  expect(Object.keys(document.paths['/items'].post.responses)).toContain('409')
  const second = parse(asYaml.stdout)
  expect([second.openapi, Object.keys(second.paths)]).toEqual(['3.2.0', Object.keys(document.paths)])
  expect(asYaml.stdout).not.toMatch(/^\s*\S+: [&*]/m)
})

test('--out writes JSON or YAML by the name of the file', async () => {
  await Promise.all(['a.yaml', 'b.json'].map((file) => culpa(['openapi', 'api.ts', '--out', file])))
  expect(parse(read('a.yaml'))).toEqual(JSON.parse(read('b.json')))
  expect(read('a.yaml')).toMatch(/^openapi: 3\.1/)
})

test('--into adds errors to a YAML document, and leaves every line of it as it is', async () => {
  write('shop.yaml', yaml)
  const { code, stdout, stderr } = await culpa(['openapi', 'api.ts', '--into', 'shop.yaml'])
  expect([code, stdout]).toEqual([0, 'Written: shop.yaml\n'])
  expect(stderr).toContain('Not in the document: GET /unlisted')
  expect(stderr).toContain('Left as the document describes them: GET /items/{itemId} 404')
  const text = read('shop.yaml')
  expect(missingLines(yaml, text)).toEqual([])
  const { paths, components } = parse(text)
  expect(Object.keys(paths['/items'].post.responses)).toEqual(expect.arrayContaining(['201', '409', '500']))
  expect(paths['/items/{itemId}'].get.responses[404]).toEqual({ description: 'Ours stays.' })
  expect(Object.keys(paths['/not-in-the-api'].get.responses)).toEqual(['default'])
  expect(Object.keys(components.schemas).length).toBeGreaterThan(0)
})

test('--into again changes nothing; with a code less, it goes', async () => {
  write('again.yaml', yaml)
  await culpa(['openapi', 'api.ts', '--into', 'again.yaml'])
  const once = read('again.yaml')
  const { stdout } = await culpa(['openapi', 'api.ts', '--into', 'again.yaml'])
  expect([stdout, read('again.yaml')]).toEqual(['Up to date: again.yaml\n', once])
  write('less.ts', readFileSync(join(folder, 'api.ts'), 'utf8').replace("errors: ['sold_out'], ", ''))
  const report = JSON.parse((await culpa(['openapi', 'less.ts', '--into', 'again.yaml', '--json'])).stdout)
  expect(report).toMatchObject({ out: 'again.yaml', changed: true, missing: ['GET /unlisted'] })
  expect(read('again.yaml')).not.toContain('sold_out')
  expect(missingLines(yaml, read('again.yaml'))).toEqual([])
})

test('--into keeps the line ends of Windows', async () => {
  write('windows.yaml', yaml.replaceAll('\n', '\r\n'))
  await culpa(['openapi', 'api.ts', '--into', 'windows.yaml'])
  expect(read('windows.yaml').replaceAll('\r\n', '')).not.toContain('\n')
  expect(missingLines(yaml.replaceAll('\n', '\r\n'), read('windows.yaml'))).toEqual([])
})

test('--into a JSON document keeps its order and its numbers; --out leaves the original alone', async () => {
  write('shop.json', json)
  await culpa(['openapi', 'api.ts', '--into', 'shop.json', '--out', 'merged.json'])
  expect(read('shop.json')).toBe(json)
  const text = read('merged.json')
  expect(Object.keys(JSON.parse(text))).toEqual(['openapi', 'info', 'paths', 'components'])
  expect(text.indexOf('"default"')).toBeLessThan(text.indexOf('"201"'))
  expect(text.indexOf('"201"')).toBeLessThan(text.indexOf('"409"'))
  expect(text).toContain('"x-weight": 1.0,')
  expect(text).toMatch(/\n {4}"openapi": "3\.1\.0",\n/)
})

test('an anchor that something else shares is refused rather than changed with it', async () => {
  const shared = yaml
    .replace('responses: {default: *any}', 'responses: *all')
    .replace('responses:\n                "201"', 'responses: &all\n                "201"')
  write('shared.yaml', shared)
  const { code, stderr } = await culpa(['openapi', 'api.ts', '--into', 'shared.yaml'])
  expect([code, read('shared.yaml')]).toEqual([2, shared])
  expect(stderr).toContain('Remedy: write that part out')
})

test('one of several mounted APIs is chosen by name', async () => {
  const [none, second] = await Promise.all([
    culpa(['openapi', 'mounted.ts']),
    culpa(['openapi', 'mounted.ts', '--api', 'second']),
  ])
  expect([none.code, none.stderr]).toEqual([
    2,
    'culpa: mounted.ts mounts several APIs. Remedy: --api second or --api first.\n',
  ])
  expect(Object.keys(JSON.parse(second.stdout).paths)).toEqual(['/second/a'])
})

test('a reader that stops early is no crash, however long the document is', () => {
  const program = join(root, 'packages/cli/src/main.ts')
  const command = `"${process.execPath}" --conditions=culpa-source "${program}" openapi api.ts | head -n 1; echo "\${PIPESTATUS[0]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' })
  expect([stdout, stderr]).toEqual(['{\n0\n', ''])
})

write('list.yaml', '- 1')
write('bad.yaml', 'a: [')
write('bad.json', '{')
write('old.yaml', 'openapi: 3.0.3\npaths: {}\n')
test.each([
  [['openapi', 'api.ts', '--version', '2.0'], '--version: "2.0" is none that is written. Remedy: 3.1 or 3.2.'],
  [['openapi', 'api.ts', '--into', 'absent.yaml'], '--into: ENOENT'],
  [['openapi', 'api.ts', '--into', 'list.yaml'], 'this is no OpenAPI document'],
  [['openapi', 'api.ts', '--into', 'bad.yaml'], '--into bad.yaml: '],
  [['openapi', 'api.ts', '--into', 'bad.json'], '--into bad.json: '],
  [['openapi', 'api.ts', '--into', 'old.yaml'], 'bring the document to OpenAPI 3.1 or 3.2'],
])('culpa %j is refused', async (args, message) => {
  const { code, stdout, stderr } = await culpa(args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
  expect(stderr).toMatch(/^culpa: .+\n$/)
})

test.each([
  ['marked.yaml', 'openapi: 3.1.0\ninfo: {title: x, version: "1"}\npaths:\n  /items/{id}:\n    get: {}\n'],
  ['marked.json', '{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{"/items/{id}":{"get":{}}}}'],
])('a byte order mark stays: %s', async (file, text) => {
  write(file, `\uFEFF${text}`)
  const { code, stderr } = await culpa(['openapi', 'api.ts', '--into', file, '--json'])
  expect([code, stderr]).toEqual([0, ''])
  expect(read(file)).toMatch(/^\uFEFF[o{](?!.*\uFEFF)/s)
  expect(Object.keys(parse(read(file).slice(1)).paths['/items/{id}'].get.responses)).toContain('404')
})

test('a document that is up to date is not written', async () => {
  const before = new Date('2020-01-01T00:00:00Z')
  write('same.yaml', 'openapi: 3.1.0\ninfo: {title: x, version: "1"}\npaths: {/items: {post: {}}}\n')
  await culpa(['openapi', 'api.ts', '--into', 'same.yaml'])
  utimesSync(join(folder, 'same.yaml'), before, before)
  expect((await culpa(['openapi', 'api.ts', '--into', 'same.yaml'])).stdout).toBe('Up to date: same.yaml\n')
  expect(statSync(join(folder, 'same.yaml')).mtime).toEqual(before)
})

test.runIf(existsSync('/dev/full'))('a disk that is full is told in one line', () => {
  const full = openSync('/dev/full', 'w')
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--conditions=culpa-source', join(root, 'packages/cli/src/main.ts'), 'openapi', 'api.ts'],
    { cwd: folder, stdio: ['ignore', full, 'pipe'], encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
  )
  closeSync(full)
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^culpa: standard output: ENOSPC: .+\n$/)])
})

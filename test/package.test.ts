import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { root } from './laws/sources.ts'
import { programFor } from './support/program.ts'

const library = join(root, 'packages/culpa')
const bin = join(root, 'node_modules/.bin')
const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` }
const { exports: entries } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')) as {
  exports: Record<string, unknown>
}
const names = Object.keys(entries)
  .filter((entry) => !entry.endsWith('.json'))
  .map((entry) => entry.replace(/^\./, 'culpa'))

const folder = inject('packed')
const unpacked = join(folder, 'node_modules/culpa')
const program = join(folder, 'node_modules/@culpa/cli')

function run(file: string, text: string, node = process.execPath): string {
  writeFileSync(join(folder, file), text)
  return execFileSync(node, [file], { cwd: folder, encoding: 'utf8' })
}

const lowest = programFor('the packed library on the lowest Node', 'node-22')

test('every entry of the package loads, and exports what it is known to export', () => {
  const script = `const all = {}; for (const name of ${JSON.stringify(names)}) all[name] = Object.keys(await import(name)).sort()
    console.log(JSON.stringify(all))`
  expect(JSON.parse(run('entries.js', script))).toMatchSnapshot()
})

test.skipIf(lowest === undefined)('every entry loads on the lowest Node too', () => {
  const script = `for (const name of ${JSON.stringify(names)}) await import(name); console.log(process.version)`
  expect(run('lowest.js', script, lowest)).toBe('v22.18.0\n')
})

test('the packed package serves: a success, a refusal, a closed world', () => {
  const script = `
    import { createApi, defineContract, operationsFor } from 'culpa'
    import { toFetch } from 'culpa/fetch'
    const contract = defineContract({ docs: '/errors', errors: { nothing_left: { status: 409, message: 'Nothing is left.' } } })
    const operation = operationsFor(contract)
    const call = toFetch(createApi({ contract, log() {}, operations: [
      operation('GET /left/:id', { errors: ['nothing_left'], handler({ params, errors }) {
        if (params.id === 'none') throw errors.nothing_left()
        if (params.id === 'bug') throw new Error('secret')
        return { id: params.id }
      } }) ] }))
    for (const id of ['one', 'none', 'bug']) {
      const response = await call(new Request('http://localhost/left/' + id))
      console.log(response.status, response.headers.get('error-code'), (await response.text()).includes('secret'))
    }`
  expect(run('serve.js', script)).toBe('200 null false\n409 nothing_left false\n500 internal_error false\n')
})

test('CommonJS can require it', () => {
  expect(run('require.cjs', "console.log(typeof require('culpa').defineContract)")).toBe('function\n')
})

test('its types compile for a strict consumer', () => {
  const source = `
    import { createApi, defineContract, operationsFor } from 'culpa'
    import { capture } from 'culpa/profiles'
    const contract = defineContract({ profile: capture, docs: '/errors', errors: { too_late: { status: 409, message: 'Too late.' } } })
    const operation = operationsFor(contract)
    createApi({ contract, operations: [operation('GET /a/:id', { errors: ['too_late'], handler({ params, errors }) {
      if (params.id === '') throw errors.too_late()
      // @ts-expect-error: not declared by this operation
      errors.resource_missing
      return 1
    } })] })
    // @ts-expect-error: not declared by the contract
    operation('GET /b', { errors: ['never_declared'], handler: () => 1 })`
  writeFileSync(join(folder, 'consumer.ts'), source)
  const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node', 'consumer.ts']
  expect(execFileSync(join(bin, 'tsc'), flags, { cwd: folder, env, encoding: 'utf8' })).toBe('')
})

test.each([
  ['Node', ['--types', 'node', '--lib', 'es2024']],
  ['a browser', ['--types', '', '--lib', 'es2024,dom,dom.iterable,dom.asynciterable']],
])('a client typed by an API compiles for a strict consumer in %s', (_platform, flags) => {
  const source = `
    import { createApi, defineContract, operationsFor } from 'culpa'
    import { createClient } from 'culpa/client'
    const contract = defineContract({ docs: '/errors', errors: { too_late: { status: 409, message: 'Too late.' } } })
    const operation = operationsFor(contract)
    const api = createApi({ contract, operations: [
      operation('GET /a/:id', { errors: ['too_late'], handler: ({ params }) => ({ id: params.id }) }),
    ] })
    const client = createClient<typeof api>({ baseUrl: 'http://localhost' })
    const { ok, data, error } = await client.get('/a/:id', { params: { id: '1' } }).safe()
    if (ok) data.id satisfies string
    else if (error.code === 'too_late') error.status satisfies number
    // @ts-expect-error: the operation does not declare it
    else if (error.code === 'never_declared') throw error
    // @ts-expect-error: no such path
    client.get('/b')`
  writeFileSync(join(folder, 'client.ts'), source)
  const all = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', ...flags, 'client.ts']
  expect(execFileSync(join(bin, 'tsc'), all, { cwd: folder, env, encoding: 'utf8' })).toBe('')
})

test('publint finds nothing', () => {
  for (const one of [unpacked, program]) {
    const output = execFileSync(join(bin, 'publint'), ['run', '--strict', one], { env, encoding: 'utf8' })
    expect(output).toContain('All good!')
  }
})

test('the packed program runs on a TypeScript module', () => {
  const text = `import { createApi, defineContract, operationsFor } from 'culpa'
    const contract = defineContract({ docs: '/errors' })
    export const api = createApi({ contract, operations: [operationsFor(contract)('GET /hello', { handler: (): number => 1 })] })`
  writeFileSync(join(folder, 'served.ts'), text)
  const culpa = (...args: string[]) =>
    execFileSync(process.execPath, [join(program, 'dist/main.js'), ...args], { cwd: folder, encoding: 'utf8' })
  expect(Object.keys(JSON.parse(culpa('openapi', 'served.ts')).paths)).toEqual(['/hello'])
  expect(culpa('--version')).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(culpa('docs', 'served.ts', '--out', 'site')).toContain('Open site/index.html')
})

test('it holds what it says of itself, and its licence', () => {
  expect(readFileSync(join(unpacked, 'README.md'), 'utf8')).toContain('defineContract')
  expect(readFileSync(join(unpacked, 'LICENSE'), 'utf8')).toContain('MIT')
})

test('it holds the built sources and no tests, in less than 720 kB', () => {
  const files = readdirSync(unpacked, { recursive: true, encoding: 'utf8' })
  expect(files.filter((file) => /\.(test|suite)\./.test(file))).toEqual([])
  expect(files.filter((file) => /^dist\/.*(?<!\.d)\.ts$/.test(file))).toEqual([])
  const bytes = files
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + readFileSync(join(unpacked, file)).byteLength, 0)
  expect(bytes).toBeLessThan(720_000)
})

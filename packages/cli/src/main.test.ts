import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const library = fileURLToPath(new URL('../../culpa/src/index.ts', import.meta.url))
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'culpa-cli-'))
  writeFileSync(
    join(folder, 'api.ts'),
    `import { createApi, defineContract, operationsFor } from ${JSON.stringify(library)}
    const contract = defineContract({ docs: '/errors' })
    export const api = createApi({ contract, operations: [operationsFor(contract)('GET /hello', { handler: () => ({ hello: 'world' }) })] })`,
  )
  writeFileSync(join(folder, 'nothing.ts'), 'export const other = 1')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, ['--conditions=culpa-source', main, ...args], { cwd: folder, stdio: 'pipe' })
}

function ended(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => (stdout += chunk))
  child.stderr?.on('data', (chunk) => (stderr += chunk))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })))
}

test('serve answers for the API of a module, and ends when it is told to', async () => {
  const child = start('serve', 'api.ts', '--port', '0')
  const url = await new Promise<string>((resolve) => {
    child.stdout?.on('data', (chunk) => resolve(/http:\S+/.exec(String(chunk))?.[0] ?? ''))
  })
  const end = ended(child)
  expect(await (await fetch(`${url}/hello`)).json()).toEqual({ hello: 'world' })
  expect((await fetch(`${url}/nothing`)).headers.get('error-code')).toBe('route_unknown')
  child.kill('SIGTERM')
  expect((await end).code).toBe(0)
})

test.each([
  [['serve'], 'serve takes one module'],
  [['serve', 'absent.ts'], 'absent.ts does not load'],
  [['serve', 'nothing.ts'], 'nothing.ts exports no API'],
  [['serve', 'api.ts', '--port', 'http'], '--port: "http" is none'],
  [['serve', 'api.ts', '--colour'], '--colour'],
  [['sreve'], 'there is no command "sreve"'],
])('culpa %j fails with one line that names the remedy', async (args, message) => {
  const { code, stdout, stderr } = await ended(start(...args))
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test('--help shows each command with an example', async () => {
  const { code, stdout } = await ended(start('--help'))
  expect(code).toBe(0)
  expect(stdout).toContain('culpa serve ./api.ts --port 8080')
})

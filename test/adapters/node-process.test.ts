import { spawn } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { exchange, open } from './raw-http.ts'

const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`

interface Program {
  readonly port: number
  output(): string
  kill(signal: NodeJS.Signals): void
  readonly exited: Promise<number | null>
}

/** Runs the test's server in a process of its own: what ends a process cannot be tried in this one. */
async function run(...args: readonly string[]): Promise<Program> {
  const path = new URL('failing-server.ts', import.meta.url).pathname
  const child = spawn(process.execPath, ['--conditions=culpa-source', path, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  const exited = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)))
  await expect.poll(() => output, { timeout: 10_000 }).toMatch(/port \d+/)
  const port = Number(/port (\d+)/.exec(output)?.[1])
  return { port, output: () => output, kill: (signal) => void child.kill(signal), exited }
}

test('what is thrown after the answer is logged once and the process lives', async () => {
  const { port, output } = await run('log')
  for (const path of ['/throw-later', '/reject-later']) {
    expect((await exchange(port, request(path))).status).toBe(200)
  }
  await expect.poll(output).toContain('rejected later')
  expect((await exchange(port, request('/throw-later'))).status).toBe(200)
  await expect.poll(() => output().match(/thrown later/g)?.length).toBe(2)
  const events = output().trim().split('\n').slice(1)
  expect(events.map((line) => JSON.parse(line).source)).toEqual(['process', 'process', 'process'])
})

test('with crash the process ends as Node has it', async () => {
  const { port, exited } = await run('crash')
  await exchange(port, request('/throw-later')).catch(() => undefined)
  expect(await exited).toBe(1)
})

test('SIGTERM finishes what is in flight and exits with 0', async () => {
  const { port, output, kill, exited } = await run('log')
  const connection = open(port)
  connection.write(request('/takes-a-while'))
  await expect.poll(output).toContain('begun')
  kill('SIGTERM')
  kill('SIGTERM')
  const [answer] = await connection.answers(1)
  expect([answer?.status, answer?.headers.connection]).toEqual([200, 'close'])
  expect(await exited).toBe(0)
})

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCuttingProxy } from '../support/cutting-proxy.ts'
import { ledgerOf } from '../support/ledger.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
let sandbox: LiveSandbox

beforeAll(async () => {
  sandbox = await openSandbox()
})
afterAll(() => sandbox?.close())

test('the example charges through a connection that breaks, and nobody twice', async () => {
  const proxy = await startCuttingProxy(sandbox.port, 1)
  const key = sandbox.system('stripe').keys.full!
  const seeded = await chargedTotal(key)
  const known = ledgerOf(sandbox.databaseFile).length
  const args = ['--conditions=culpa-source', 'examples/client/main.ts', `http://127.0.0.1:${proxy.port}`, key]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root })
  await proxy.close()
  expect(stdout.trim().split('\n')).toEqual([
    'attempt 1: connection_lost; once more with the same key',
    ...documented().slice(0, -1),
    `charged $${((seeded + 5000) / 100).toFixed(2)} in all`,
  ])
  expect(stderr).toBe('')
  expect(ledgerOf(sandbox.databaseFile).slice(known)).toEqual([
    { instrument: 'tok_visa', settled: true },
    { instrument: 'tok_chargeDeclinedInsufficientFunds', settled: true },
    { instrument: 'tok_processorLate', settled: true },
  ])
})

test('the command of README is answered as README shows', async () => {
  const readme = readFileSync(`${root}/README.md`, 'utf8')
  const [, command = '', shown = ''] = /\$ (curl [\s\S]+?[^\\])\n(HTTP[\s\S]+?)```/.exec(readme) ?? []
  const here = command.replace('localhost:4000', new URL(sandbox.url).host)
  const { stdout } = await promisify(execFile)('sh', ['-c', here])
  const [head = '', body = ''] = masked(shown).split('…\n')
  const answer = masked(stdout)
  expect(answer.slice(0, head.length)).toBe(head)
  expect(answer.slice(-body.trim().length)).toBe(body.trim())
})

/** What differs from run to run. */
function masked(text: string): string {
  return text
    .replaceAll('\r', '')
    .replaceAll(/http:\/\/[^/]+/g, 'ORIGIN')
    .replaceAll(/req_\w+/g, 'REQUEST')
    .replaceAll(/ch_\w{24}/g, 'CHARGE')
}

/** What the page on the sandbox says that the example prints. */
function documented(): readonly string[] {
  const page = readFileSync(`${root}/docs/sandbox.md`, 'utf8')
  return /npm run --silent example\n([^`]+)\n```/.exec(page)?.[1]?.split('\n') ?? []
}

async function chargedTotal(key: string): Promise<number> {
  const response = await fetch(`${sandbox.url}/v1/charges?limit=100`, { headers: { authorization: `Bearer ${key}` } })
  const { data } = (await response.json()) as { data: { amount: number }[] }
  return data.reduce((sum, { amount }) => sum + amount, 0)
}

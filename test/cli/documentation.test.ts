import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseKey } from 'culpa'
import { migrate, sqliteIdempotency } from 'culpa/sqlite'
import { expect, test } from 'vitest'
import { root } from '../laws/sources.ts'
import { ended, firstLine, programFolder } from '../support/culpa-program.ts'

const { path: folder, start, write } = programFolder()
const page = (name: string) => readFileSync(join(root, 'docs', name), 'utf8')
const shop = readFileSync(join(root, 'examples/documentation/shop.ts'), 'utf8')
write('api.ts', shop)
write(
  'released.ts',
  shop
    .replace('status: 409', 'status: 400')
    .replace('The item is sold out.', 'Sold out.')
    .replace('back_on: z.string().optional()', 'back_on: z.string(), reason: z.string()')
    .replace("example: { back_on: '2026-12-01' }", "example: { back_on: '', reason: '' }")
    .replace("details: { back_on: '2026-12-01' }", "details: { back_on: '', reason: '' }"),
)
write(
  'existing.yaml',
  `openapi: 3.1.0
paths:
  /items/{id}:
    get:
      responses:
        '404': { description: Ours }
`,
)

interface Shown {
  readonly command: string
  readonly output: string
}

/** The commands of a page's blocks, each with what is shown below it. */
function shownIn(name: string): Shown[] {
  const blocks = [...page(name).matchAll(/```console\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part) => ({
        command: part.slice(0, part.indexOf('\n')),
        output: part.slice(part.indexOf('\n') + 1),
      })),
  )
}

/** What differs from run to run. */
function masked(text: string): string {
  return text
    .replaceAll(/req_\w{14}/g, 'REQUEST')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/"event\.duration":\d+/g, '"event.duration":0')
    .replaceAll(/"span\.id":"[\da-f]{16}"/g, '"span.id":"SPAN"')
    .replaceAll(/\d+ files written/g, 'N files written')
    .replaceAll(/sk_test_\w{50}/g, 'KEY')
}

/** Compares with what a page shows, where a line of dots stands for any lines. */
function expectShown(output: string, shown: string): void {
  const pieces = masked(shown).split(/^…\n/m)
  let rest = masked(output)
  if (pieces.length === 1) expect(rest).toBe(pieces[0])
  for (const piece of pieces) {
    expect(rest).toContain(piece)
    rest = rest.slice(rest.indexOf(piece) + piece.length)
  }
}

/** Two requests of three hours ago that nobody heard of again, one of them after its first step. */
function leaveUnknown(): void {
  const database = new DatabaseSync(join(folder, 'payments.db'))
  migrate(database)
  const store = sqliteIdempotency(database, { now: () => Date.now() - 3 * 3_600_000 })
  for (const key of ['order-41', 'order-42']) {
    const scope = JSON.stringify(['org_1', 'live', 'POST /v1/charges', key])
    const { attempt } = store.claim(scope, 'fingerprint', 1000) as { attempt: number }
    const paid = new TextEncoder().encode('{"id":"pay_6f2a","status":"approved"}')
    if (key === 'order-41') store.saveStep(scope, attempt, 'pay', paid)
    store.abandon(scope, attempt)
  }
  database.close()
  write('answer.json', '{"id":"ch_6f2a","status":"succeeded"}')
}

/** What a terminal shows of a command: both of its streams, in their order. */
function inTerminal(command: string): string {
  const program = [process.execPath, '--conditions=culpa-source', join(root, 'packages/cli/src/main.ts')]
  const args = ['-c', 'exec "$0" "$@" 2>&1', ...program, ...command.split(' ').slice(1)]
  const env = { ...process.env, NO_COLOR: '1', CULPA_PEPPER: 'the pepper of the documentation' }
  return spawnSync('sh', args, { cwd: folder, encoding: 'utf8', env }).stdout
}

test('what the page on the program shows is what it does', () => {
  const shown = shownIn('cli.md')
  expect(shown).toHaveLength(16)
  leaveUnknown()
  const shownId = 'Dt5Z9Hda6bKs'
  let keyId = shownId
  for (const { command, output } of shown) {
    const printed = inTerminal(command.replaceAll(shownId, keyId))
    keyId = /^sk_test_(\w{12})/m.exec(printed)?.[1] ?? keyId
    expectShown(printed.replaceAll(keyId, shownId), output)
  }
  const keys = page('cli.md').match(/sk_test_\w{50}/g) ?? []
  expect(keys.map((key) => parseKey(key)?.keyId)).toEqual([shownId, shownId])
  expect(new Set(keys).size).toBe(2)
})

test('what the page on operations shows is what culpa serve writes', async () => {
  const shown = shownIn('operations.md')
  expect(shown.map(({ command }) => command.split(' ')[0])).toEqual(['culpa', 'curl', 'curl', 'curl'])
  const child = start(['serve', './api.ts', '--access-log', '--metrics', '--port', '0'])
  const url = /http:\S+/.exec(await firstLine(child.stderr))?.[0] ?? ''
  const end = ended(child)
  let metrics = ''
  for (const { command } of shown.slice(1)) {
    const [, target = ''] = /localhost:4000(\S+)/.exec(command) ?? []
    const [, header, value = ''] = /-H '(.+?): (.+?)'/.exec(command) ?? []
    const method = command.includes('-X POST') ? 'POST' : 'GET'
    const response = await fetch(url + target, { method, headers: header === undefined ? {} : { [header]: value } })
    metrics = await response.text()
  }
  child.kill('SIGTERM')
  const lines = (await end).stdout.split('\n')
  expectShown(`${lines[0]}\n`, shown[1]!.output)
  expectShown(`${lines[1]}\n`, shown[2]!.output)
  expectShown(metrics, shown[3]!.output)
})

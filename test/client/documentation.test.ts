import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as client from 'culpa/client'
import * as testing from 'culpa/testing'
import { scriptedFetch } from 'culpa/testing'
import { expect, test } from 'vitest'
import { blocksOf, exampleFolder, pages, readDocument } from '../laws/documents.ts'
import { root } from '../laws/sources.ts'

const run = promisify(execFile)
const clientPages = pages.filter((page) => page.startsWith('docs/client/'))
const printingPages = clientPages.filter((page) => blocksOf(page, 'console').length > 0)

test.concurrent.each(printingPages)('%s shows what its program prints', async (page) => {
  const program = page.replace('docs', exampleFolder).replace('README', 'readme').replace('.md', '.ts')
  const { stdout } = await run(process.execPath, ['--conditions=culpa-source', program], { cwd: root, env: plainEnv })
  expect(steady(stdout)).toBe(steady(blocksOf(page, 'console').join('')))
})

const { FORCE_COLOR: _, NODE_OPTIONS: __, ...plainEnv } = process.env

/** Without what differs from run to run. */
function steady(printed: string): string {
  return printed
    .replace(/req_\w+/g, 'req_')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1')
    .replace(/"durationMs": [\d.]+/g, '"durationMs": 0')
}

test('every export of culpa/client and culpa/testing is on a page', () => {
  const text = clientPages.map(readDocument).join('\n')
  const names = Object.keys({ ...client, ...testing })
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([])
  expect(clientPages.length).toBeGreaterThan(7)
})

test('an error has the class that the page on errors says, by type, by code and by status', async () => {
  const rows = rowsOf('docs/client/errors.md', 'by type')
  for (const [name, types = '', codes = '', statuses = ''] of rows) {
    for (const type of namesIn(types)) expect(await classOf(418, { type })).toBe(name)
    for (const code of namesIn(codes)) expect(await classOf(418, { type: 'x', code })).toBe(name)
    for (const status of statuses.match(/\b\d{3}\b/g) ?? [])
      expect(await classOf(Number(status), { type: 'x' })).toBe(name)
  }
  expect(rows).toHaveLength(9)
})

async function classOf(status: number, error: object): Promise<string | undefined> {
  const fetch = scriptedFetch([{ status, body: { error: { message: 'No.', ...error } } }])
  const asked = client.createClient({ baseUrl: 'https://api.test', format: 'stripe', fetch, maxAttempts: 1 })
  return (await asked.get('/').safe()).error?.name
}

test('an error has the fields that the page on errors lists, and no other', async () => {
  const error = { type: 'card_error', code: 'new', message: 'No.', param: 'a', doc_url: '/errors/new', more: 1 }
  const headers = { 'retry-after': '99', 'request-id': 'req_1' }
  const fetch = scriptedFetch(['dropped', { status: 429, headers, body: { error } }])
  const contract = { format: 'stripe', codes: {} } as const
  const asked = client.createClient({ baseUrl: 'https://api.test', format: 'stripe', contract, fetch })
  const limited = await asked.post('/', { idempotencyKey: 'k' }).safe()
  const listed = rowsOf('docs/client/errors.md', 'field').flatMap(([name = '']) => namesIn(name))
  const { stack: _, ...own } = Object.getOwnPropertyDescriptors(limited.error)
  expect([...Object.keys(own), 'name', 'cause'].sort()).toEqual(listed.sort())
})

/** The rows of the table of a page that has a column of this name. */
function rowsOf(page: string, column: string): string[][] {
  const [, , ...rows] =
    new RegExp(`^\\|.* ${column} .*\\n(?:\\|.*\\n)+`, 'm').exec(readDocument(page))?.[0].split('\n') ?? []
  return rows
    .filter((row) => row !== '')
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.replace(/`|^ +| +$/g, '').trim()),
    )
}

/** What is listed in a cell; `…` stands for anything. */
function namesIn(cell: string): string[] {
  return cell.split(', ').flatMap((name) => (/^\w/.test(name) ? [name.replace('…', 'x')] : []))
}

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApi, keyIssuer } from 'culpa'
import { toFetch } from 'culpa/fetch'
import { expect, test } from 'vitest'
import * as contractExample from '../examples/documentation/contract.ts'
import * as guardsExample from '../examples/documentation/guards.ts'
import * as idempotencyExample from '../examples/documentation/idempotency.ts'
import * as readmeExample from '../examples/documentation/readme.ts'
import * as referenceExample from '../examples/documentation/reference.ts'
import { blocksOf, examples, pages, readDocument } from './laws/documents.ts'

const programs = examples.map(readDocument)
const squeezedPrograms = programs.map(squeezed)

/** How text is laid out makes no difference: lines, indents, trailing commas. */
function squeezed(text: string): string {
  return text
    .replace(/\s+/g, '')
    .replace(/,([)\]}])/g, '$1')
    .replace(/,+/g, ',')
}

test('every TypeScript block of the documentation stands in an example that runs', () => {
  const missing = pages.flatMap((page) =>
    blocksOf(page, 'ts').flatMap((block) =>
      block
        .split(/\n(?=[a-z])/)
        .filter((statement) => !/^(await listen|import )/.test(statement) && statement.trim().length > 3)
        .filter((statement) => !squeezedPrograms.some((program) => program.includes(squeezed(statement))))
        .map((statement) => `${page}: ${statement}`),
    ),
  )
  expect(missing).toEqual([])
})

test('every name that the documentation imports is imported by an example', () => {
  const known = new Set(programs.flatMap(importsOf))
  const unknown = pages.flatMap((page) =>
    blocksOf(page, 'ts')
      .flatMap(importsOf)
      .filter((name) => !known.has(name))
      .map((name) => `${page}: ${name}`),
  )
  expect(unknown).toEqual([])
})

function importsOf(text: string): string[] {
  return [...text.matchAll(/^import (?:type )?\{([^}]*)\} from '([^']+)'/gm)].flatMap(([, names = '', from]) =>
    names
      .split(',')
      .flatMap((name) => (name.trim() === '' ? [] : [`${name.replace('type ', '').trim()} from ${from}`])),
  )
}

test('every link of the documentation leads somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...readDocument(page).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)]
      .filter(
        ([, target = '', heading = '']) => !leadsSomewhere(target === '' ? page : join(page, '..', target), heading),
      )
      .map(([link]) => `${page}: ${link}`),
  )
  expect(broken).toEqual([])
})

function leadsSomewhere(file: string, heading: string): boolean {
  try {
    const headings = headingsOf(readDocument(file))
    return heading === '' || headings.includes(heading)
  } catch {
    return false
  }
}

/** As GitHub names them in links. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
}

test("README's API answers as README says, its caller too", async () => {
  const { key } = await keyIssuer(readmeExample.keys, readmeExample.peppers).issue({
    prefix: 'sk',
    environment: 'test',
    tenant: 'org_1',
    scopes: ['prospects:read'],
  })
  const server = await readmeExample.start(0)
  const get = (id: string) => fetch(`${server.url}/v1/prospects/${id}`, { headers: { authorization: `Bearer ${key}` } })
  expect(await (await get('pro_1')).json()).toEqual({ id: 'pro_1', tenant: 'org_1' })
  expect((await get('pro_2')).status).toBe(403)
  expect((await get('pro_3')).headers.get('error-code')).toBe('resource_missing')
  const shown: string[] = []
  for (const id of ['pro_1', 'pro_2']) await readmeExample.ask(server.url, key, id, (text) => shown.push(text))
  expect(shown).toEqual(['org_1', 'Only administrators may see this prospect.'])
  await server.close()
})

test('a contradiction says what the page on the contract shows', () => {
  const { name, message } = thrownBy(contractExample.contradiction)
  const [shown] = blocksOf('docs/contract.md', 'console')
  expect(`${name}: ${message}`.replace(/\([\d, ]+\)/, '(200, 400, 401, …)')).toBe(shown?.trim())
})

test('a renamed built-in code goes out under its new name', () => {
  expect(contractExample.reworded().codes.get('rate_limited')).toMatchObject({
    code: 'too_many_requests',
    message: 'Slow down.',
  })
})

test('details and several errors go out as the page on the contract throws them', async () => {
  const { contract, throwing } = contractExample
  const call = toFetch(createApi({ contract, operations: throwing }))
  const declined = await call(new Request('http://localhost/declined', { method: 'POST' }))
  expect(await declined.json()).toEqual({
    error: {
      type: 'card_error',
      code: 'card_declined',
      message: 'Your card was declined.',
      param: 'source',
      decline_code: 'lost_card',
    },
  })
  const both = await call(new Request('http://localhost/several', { method: 'POST' }))
  expect(both.headers.get('error-code')).toBe('amount_too_small')
})

test('the page on the guards issues a key and limits', () => {
  expect(guardsExample.key).toMatch(/^sk_live_/)
  expect(guardsExample.limits.stage).toBe('caller_limit')
})

test('the page on idempotency replays a customer, and reconciles a charge whose answer was lost', async () => {
  const { api, bank, key } = idempotencyExample
  const call = toFetch(api)
  const post = (path: string, body: object) =>
    call(
      new Request(`http://localhost${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': 'once' },
        body: JSON.stringify(body),
      }),
    )
  const first = await post('/v1/customers', { name: 'Ada' })
  const second = await post('/v1/customers', { name: 'Ada' })
  expect(second.headers.get('idempotent-replayed')).toBe('true')
  expect(await second.json()).toEqual(await first.json())
  bank.silent = true
  expect((await post('/v1/charges', { amount: 5 })).status).toBe(500)
  const settled = await post('/v1/charges', { amount: 5 })
  expect([settled.status, await settled.json(), bank.payments.size]).toEqual([200, { charged: 5 }, 1])
})

test('the reference is written as its page shows, and provokes its code as it says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'culpa-reference-'))
  referenceExample.writeSite(folder)
  const block = (language: string) =>
    new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(readDocument('docs/reference.md'))?.[1]
  expect(readFileSync(join(folder, 'card_declined.md'), 'utf8').startsWith(block('console') ?? '-')).toBe(true)
  expect(readFileSync(join(folder, 'ERRORS.md'), 'utf8')).toContain('### `card_declined`')
  for (const [, file = ''] of readDocument('docs/reference.md').matchAll(/^\| `([\w-]+\.[\w.]+)`/gm)) {
    expect(readdirSync(folder), file).toContain(file)
  }
  rmSync(folder, { recursive: true })
  const declined = referenceExample.provoked.codes.find(({ code }) => code === 'card_declined')
  expect(`${declined?.provoke[0]?.curl}\n`).toBe(block('sh'))
  expect(referenceExample.files.get('/errors/card_declined')?.mediaType).toBe('text/html; charset=utf-8')
})

test('the errors of the page on the reference go into the document that is there', () => {
  const { document, kept, missing } = referenceExample.merged
  const responses = JSON.stringify(document).match(/"\d{3}":\{"description"/g)
  expect([kept, missing]).toEqual([[], []])
  expect(responses?.length).toBeGreaterThan(8)
  expect(referenceExample.document.openapi).toBe('3.2.0')
})

function thrownBy(work: () => unknown): Error {
  try {
    work()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineContract, type ErrorDeclarations } from 'culpa'
import { createReference, type Reference } from 'culpa/reference'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Change, ChangeKind } from '../../packages/cli/src/diff/change.ts'
import { compareCatalogues } from '../../packages/cli/src/diff/compare-references.ts'
import { root } from '../laws/sources.ts'
import { programFolder } from '../support/culpa-program.ts'

const { culpa, write } = programFolder()
const api = (errors: string, more = '') => `import { createApi, defineContract, operationsFor } from 'culpa'
  import { z } from 'zod'
  const contract = defineContract({ name: 'shop', docs: '/errors', errors: { ${errors} } })
  const operation = operationsFor(contract)
  const errors = Object.keys({ ${errors} }) as never[]
  export const api = createApi({ contract, operations: [operation('GET /items', { errors, handler: () => 1 }) ${more}] })`
const declined = (details: string) =>
  `declined: { status: 402, message: 'Declined.', details: z.object({ ${details} }), example: { reason: 'lost', at: 1 } }`
write('old.ts', api(`${declined('reason: z.string(), at: z.number()')}, late: { status: 409, message: 'Late.' }`))
write('same.ts', api(`${declined('reason: z.string(), at: z.number()')}, late: { status: 409, message: 'Late.' }`))
write(
  'more.ts',
  api(
    `${declined('reason: z.string(), at: z.number(), by: z.string().optional()')}, late: { status: 409, message: 'Too late.' },
    sold_out: { status: 409, message: 'Sold out.' }`,
    ", operation('GET /more', { handler: () => 1 })",
  ),
)
write('broken.ts', api(declined('reason: z.string().optional()')))
write('no-catalogue.json', '{"codes":[{}]}')
write('no-json.json', '{')

test('nothing changed: exit code 0', async () => {
  expect(await culpa(['diff', 'old.ts', 'same.ts'])).toEqual({ code: 0, stdout: 'No changes.\n', stderr: '' })
})

test('what callers are open to is told, exit code 0', async () => {
  const { code, stdout } = await culpa(['diff', 'old.ts', 'more.ts'])
  expect(code).toBe(0)
  expect(stdout.split('\n').map((line) => line.trim().replace(/ {2,}/g, '  '))).toEqual([
    'declined  details/by: is new',
    'late  message Late. → Too late.',
    'sold_out  new, with 409',
    'GET /items  may answer sold_out now',
    'GET /more  new',
    '0 breaking, 5 other changes.',
    '',
  ])
})

test('what breaks callers comes first, exit code 1', async () => {
  const { code, stdout } = await culpa(['diff', 'old.ts', 'broken.ts'])
  expect(code).toBe(1)
  const lines = stdout.trim().split('\n')
  expect(
    lines
      .filter((line) => line.startsWith('breaking'))
      .map((line) => line.replace(/ {2,}/g, '  '))
      .sort(),
  ).toEqual([
    'breaking  declined  details/at: is no longer there',
    'breaking  declined  details/reason: may be absent now',
    'breaking  late  removed',
  ])
  expect(lines.findIndex((line) => !line.startsWith('breaking'))).toBe(3)
  expect(lines.at(-1)).toBe('3 breaking, 1 other change.')
})

test('a catalogue that culpa docs wrote stands for its module', async () => {
  await culpa(['docs', 'old.ts', '--format', 'json', '--out', 'v1.json'])
  await culpa(['docs', 'old.ts', '--out', 'site'])
  expect((await culpa(['diff', 'v1.json', 'same.ts'])).code).toBe(0)
  expect((await culpa(['diff', 'site/all-codes.json', 'broken.ts'])).code).toBe(1)
})

test('--json tells every change for programs', async () => {
  const { code, stdout } = await culpa(['diff', 'old.ts', 'broken.ts', '--json'])
  const { breaking, changes } = JSON.parse(stdout) as { breaking: boolean; changes: Change[] }
  expect([code, breaking]).toEqual([1, true])
  expect(changes.find(({ kind }) => kind === 'code_removed')).toEqual({
    kind: 'code_removed',
    breaking: true,
    api: 'shop',
    code: 'late',
    from: '409',
    message: 'removed',
  })
})

test.each([
  [['diff', 'old.ts'], 'culpa diff takes OLD and NEW, not one.'],
  [['diff', 'absent.json', 'old.ts'], 'absent.json cannot be read'],
  [['diff', 'no-json.json', 'old.ts'], 'no-json.json cannot be read'],
  [
    ['diff', 'no-catalogue.json', 'old.ts'],
    'no-catalogue.json is no catalogue. Remedy: culpa docs MODULE --format json',
  ],
])('culpa %j is refused, exit code 2', async (args, message) => {
  const { code, stderr } = await culpa(args)
  expect(code).toBe(2)
  expect(stderr).toContain(message)
})

const reference = (errors: ErrorDeclarations, changes: Partial<Reference> = {}): Reference => ({
  ...createReference({ contract: defineContract({ name: 'api', docs: '/errors', errors }), plans: [] }),
  ...changes,
})
const one = { status: 409, message: 'One.' }
const withDetails = (shape: z.ZodRawShape, example: object) => ({ one: { ...one, details: z.object(shape), example } })
const sent = (operations: readonly string[]) =>
  reference(
    { one },
    {
      operations: operations.map((operation) => ({ operation, summary: '', codes: [], own: [] })),
    },
  )
const sentBy = (operations: readonly string[], senders: readonly string[]) => {
  const whole = sent(operations)
  const codes = whole.codes.map((entry) => ({
    ...entry,
    senders: {
      who: entry.code === 'one' ? ('some' as const) : ('none' as const),
      operations: entry.code === 'one' ? senders : [],
    },
  }))
  return { ...whole, codes }
}

const kinds: readonly (readonly [kind: ChangeKind, breaking: boolean, before: Reference[], after: Reference[]])[] = [
  ['api_removed', true, [reference({}), reference({}, { name: 'b' })], [reference({})]],
  ['api_added', false, [reference({})], [reference({}), reference({}, { name: 'b' })]],
  ['format_changed', true, [reference({})], [reference({}, { format: 'stripe' })]],
  ['docs_moved', false, [reference({})], [reference({}, { docs: '/elsewhere' })]],
  ['code_removed', true, [reference({ one })], [reference({})]],
  ['code_added', false, [reference({})], [reference({ one })]],
  ['status_changed', true, [reference({ one })], [reference({ one: { ...one, status: 400 } })]],
  ['type_changed', true, [reference({ one })], [reference({ one: { ...one, type: 'api_error' } })]],
  ['message_changed', false, [reference({ one })], [reference({ one: { ...one, message: 'Two.' } })]],
  ['retry_changed', true, [reference({ one: { ...one, retry: 'backoff' } })], [reference({ one })]],
  ['retry_changed', false, [reference({ one })], [reference({ one: { ...one, retry: 'after_delay' } })]],
  ['show_to_user_changed', true, [reference({ one: { ...one, showToUser: true } })], [reference({ one })]],
  ['show_to_user_changed', false, [reference({ one })], [reference({ one: { ...one, showToUser: true } })]],
  ['deprecated', false, [reference({ one })], [reference({ one: { ...one, deprecated: 'Use two.' } })]],
  ['details_removed', true, [reference(withDetails({ a: z.string() }, { a: '' }))], [reference({ one })]],
  ['details_added', false, [reference({ one })], [reference(withDetails({ a: z.string() }, { a: '' }))]],
  [
    'details_changed',
    true,
    [reference(withDetails({ a: z.string() }, { a: '' }))],
    [reference(withDetails({ a: z.number() }, { a: 1 }))],
  ],
  [
    'details_changed',
    false,
    [reference(withDetails({ a: z.string().optional() }, { a: '' }))],
    [reference(withDetails({ a: z.string() }, { a: '' }))],
  ],
  [
    'details_unknown',
    false,
    [reference({ one: { ...one, details: anything(), example: { a: 1 } } })],
    [reference(withDetails({ a: z.number() }, { a: 1 }))],
  ],
  ['operation_removed', true, [sent(['GET /a', 'GET /b'])], [sent(['GET /a'])]],
  ['operation_added', false, [sent(['GET /a'])], [sent(['GET /a', 'GET /b'])]],
  [
    'operation_code_added',
    false,
    [sentBy(['GET /a', 'GET /b'], ['GET /b'])],
    [sentBy(['GET /a', 'GET /b'], ['GET /a', 'GET /b'])],
  ],
  [
    'operation_code_removed',
    false,
    [sentBy(['GET /a', 'GET /b'], ['GET /a', 'GET /b'])],
    [sentBy(['GET /a', 'GET /b'], ['GET /b'])],
  ],
]

test.each(kinds)('%s, breaking: %s', (kind, breaking, before, after) => {
  const changes = compareCatalogues(before, after)
  expect(changes.map((change) => [change.kind, change.breaking])).toEqual([[kind, breaking]])
})

test('a code that no operation had breaks nobody when it goes', () => {
  const before = sentBy(['GET /a'], [])
  const codes = before.codes.map((entry) => ({ ...entry, senders: { who: 'none' as const, operations: [] } }))
  const [change] = compareCatalogues([{ ...before, codes }], [reference({})])
  expect(change).toMatchObject({ kind: 'code_removed', breaking: false })
})

test('details without a schema are compared by the names of their members', () => {
  const details = (example: object) => reference({ one: { ...one, details: anything(), example } })
  expect(compareCatalogues([details({ a: 1, b: 1 })], [details({ a: 1 })])).toMatchObject([
    { kind: 'details_changed', breaking: true, pointer: '/b' },
  ])
  expect(compareCatalogues([details({ a: 1 })], [details({ a: 1 })])).toEqual([])
})

test('the table of the page tells of each kind of change whether it breaks callers', () => {
  const page = readFileSync(join(root, 'docs/cli.md'), 'utf8')
  const table = new Map(
    [...page.matchAll(/^\| `(\w+)` +\| (yes|no|where .+?) +\|/gm)].map(([, kind, said]) => [kind, said]),
  )
  const expected = Map.groupBy(kinds, ([kind]) => kind)
  expect([...table.keys()].sort()).toEqual([...expected.keys()].sort())
  for (const [kind, rows] of expected) {
    const answers = new Set(rows.map(([, breaking]) => breaking))
    const said = table.get(kind)
    if (answers.size === 2) expect(said, kind).toMatch(/^where /)
    else expect(said, kind).toMatch(answers.has(true) ? /^yes$|^where / : /^no$/)
  }
})

/** A schema of a library that gives no JSON Schema. */
function anything() {
  return { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const
}

test('what a file says stays on its line, without commands to the terminal', async () => {
  const [text, other] = ['Sold.', 'Sold\n\u001b[2Jout.']
  const senders = { who: 'every', operations: [] }
  const catalogue = (message: string) => {
    const codes = [{ code: 'sold', status: 409, type: 'x', message, retry: { advice: 'never' }, senders }]
    return JSON.stringify({ name: 'shop', format: 'problem', operations: [], codes })
  }
  const { stdout } = await culpa(['diff', write('plain.json', catalogue(text)), write('evil.json', catalogue(other))])
  expect(stdout).toBe('          sold  message Sold. → Sold \\x1b[2Jout.\n0 breaking, 1 other change.\n')
})

test('a catalogue that lacks what is compared is refused', async () => {
  const poor = { name: 'x', format: 'y', operations: [], codes: [{ code: 'a', senders: { operations: [] } }] }
  write('poor.json', JSON.stringify(poor))
  const { code, stderr } = await culpa(['diff', 'poor.json', 'poor.json'])
  expect([code, stderr]).toEqual([2, expect.stringContaining('poor.json is no catalogue.')])
})

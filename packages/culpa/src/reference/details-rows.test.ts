import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineContract } from '../contract/define-contract.ts'
import { codePage } from './code-page.ts'
import { createReference } from './create-reference.ts'
import { detailsRows } from './details-rows.ts'
import { toJsonSchema } from './json-schema.ts'
import { pageMarkdown } from './page-markdown.ts'

const card = z.object({ kind: z.literal('card'), last4: z.string() })
const bank = z.object({ kind: z.literal('bank'), iban: z.string().optional() })

/** Each row in a line. */
function linesOf(schema: z.ZodType): readonly string[] {
  return detailsRows(toJsonSchema(schema, 'output')!).map(({ path, type, required, where }) => {
    const there = required === undefined ? '' : required ? ' always' : ' sometimes'
    return `${where === '' ? '' : `(${where}) `}${path}: ${type}${there}`
  })
}

test.each<[title: string, schema: z.ZodType, rows: readonly string[]]>([
  [
    'members within members, and within lists',
    z.object({ a: z.object({ b: z.string().optional() }), items: z.array(z.object({ id: z.int() })) }),
    ['a: object always', 'a.b: string sometimes', 'items: list of object always', 'items[].id: integer always'],
  ],
  [
    'a record',
    z.object({ limits: z.record(z.string(), z.number()) }),
    ['limits: { [key]: number } always', 'limits[key]: number'],
  ],
  [
    'a record of objects with names of a kind',
    z.object({ by: z.record(z.string().regex(/^x-/), z.object({ n: z.int() })) }),
    ['by: { [key like ^x-]: object } always', 'by[key like ^x-]: object', 'by[key like ^x-].n: integer always'],
  ],
  ['names that are listed', z.partialRecord(z.enum(['a', 'b']), z.int()), ['["a" or "b"]: integer']],
  [
    'a tuple',
    z.object({ at: z.tuple([z.number(), z.string().optional()], z.boolean()) }),
    ['at: [number, string, …boolean] always', 'at[0]: number always', 'at[1]: string sometimes', 'at[2…]: boolean'],
  ],
  [
    'a union that a member tells apart',
    z.discriminatedUnion('kind', [card, bank]),
    [
      'kind: "card" or "bank" always',
      '(kind is "card") last4: string always',
      '(kind is "bank") iban: string sometimes',
    ],
  ],
  [
    'such a union further in',
    z.object({ source: z.discriminatedUnion('kind', [card, bank]).nullable() }),
    [
      'source: object or null always',
      'source.kind: "card" or "bank" always',
      '(source.kind is "card") source.last4: string always',
      '(source.kind is "bank") source.iban: string sometimes',
    ],
  ],
  [
    'shapes that nothing tells apart',
    z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]),
    ['(it is shape 1 of 2) a: string always', '(it is shape 2 of 2) b: string always'],
  ],
  ['a name that reads as a path', z.object({ 'a.b': z.string() }), ['["a.b"]: string always']],
])('%s', (_title, schema, rows) => {
  expect(linesOf(schema)).toEqual(rows)
})

test('a schema that refers to itself is told to a depth', () => {
  const tree = z.object({
    name: z.string(),
    get branches() {
      return z.array(tree)
    },
  })
  const rows = linesOf(tree)
  expect(rows.slice(0, 3)).toEqual([
    'name: string always',
    'branches: list of object always',
    'branches[].name: string always',
  ])
  expect(rows.length).toBeLessThan(20)
})

test('the page has a table of what all shapes have, and one for each shape', () => {
  const details = z.discriminatedUnion('kind', [card, bank])
  const declined = { status: 402, message: 'Declined.', details, example: { kind: 'card', last4: '4242' } } as const
  const reference = createReference({ contract: defineContract({ docs: '/errors', errors: { declined } }), plans: [] })
  const entry = reference.codes.find(({ code }) => code === 'declined')!
  const page = pageMarkdown(codePage(reference, entry), (code) => code)
  for (const caption of ['What a program can read besides:', 'Where kind is "card":', 'Where kind is "bank":']) {
    expect(page).toContain(caption)
  }
  expect(page).toContain('| `last4` | string | always |')
  expect(entry.client).toContain('error.details?.kind')
})

import { Ajv2020 as Ajv } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { compareSchemas } from './compare-schemas.ts'

const object = (properties: object, required: readonly string[] = []) => ({ type: 'object', properties, required })
const text = { type: 'string' }
const number = { type: 'number' }
const card = z.object({ kind: z.literal('card'), last4: z.string() })
const bank = z.object({ kind: z.literal('bank'), iban: z.string() })

test.each<[title: string, before: object, after: object, changes: readonly string[]]>([
  ['the same schema', object({ a: text }), object({ a: text }), []],
  ['a member removed', object({ a: text }), object({}), ['! /a is no longer there']],
  ['one that every object has', object({ constructor: text }), object({}), ['! /constructor is no longer there']],
  ['one that every object has, added', object({}), object({ constructor: text }), ['/constructor is new']],
  ['a member added', object({}), object({ a: text }), ['/a is new']],
  ['made optional', object({ a: text }, ['a']), object({ a: text }), ['! /a may be absent now']],
  ['made required', object({ a: text }), object({ a: text }, ['a']), ['/a is always there now']],
  ['another type', object({ a: text }), object({ a: number }), ['! /a is number now, was string']],
  [
    'also null',
    object({ a: text }),
    object({ a: { type: ['string', 'null'] } }),
    ['! /a is string or null now, was string'],
  ],
  [
    'no longer null',
    object({ a: { type: ['string', 'null'] } }),
    object({ a: text }),
    ['/a is only string now, was string or null'],
  ],
  [
    'whole numbers only',
    object({ a: number }),
    object({ a: { type: 'integer' } }),
    ['/a is only integer now, was number'],
  ],
  ['fractions too', object({ a: { type: 'integer' } }), object({ a: number }), ['! /a is number now, was integer']],
  ['anything', object({ a: text }), object({ a: {} }), ['! /a is of any type now, was string']],
  ['no longer anything', object({ a: {} }), object({ a: text }), ['/a is only string now, was of any type']],
  ['a value added', { enum: ['a'] }, { enum: ['a', 'b'] }, ['may be "b" now']],
  ['a value removed', { enum: ['a', 'b'] }, { enum: ['a'] }, ['is never "b" any more']],
  ['values of another kind', { enum: ['a'] }, { enum: ['a', 1] }, ['! is string or number now, was string']],
  ['a list opened', { type: 'string', enum: ['a'] }, text, ['! may have any value now, had a fixed list']],
  ['a list closed', text, { type: 'string', enum: ['a'] }, ['is one of "a" now']],
  [
    'inside a list',
    { type: 'array', items: object({ a: text }) },
    { type: 'array', items: object({}) },
    ['! /*/a is no longer there'],
  ],
  [
    'deep down',
    object({ a: object({ b: text }) }),
    object({ a: object({ b: number }) }),
    ['! /a/b is number now, was string'],
  ],
  ['a name with a slash', object({ 'a/b': text }), object({}), ['! /a~1b is no longer there']],
  ['a choice that gains null', text, { anyOf: [text, { type: 'null' }] }, ['! is string or null now, was string']],
  ['a choice that is settled', { anyOf: [text, { type: 'null' }] }, text, ['is only string now, was string or null']],
  [
    'a choice of shapes',
    { anyOf: [object({ a: text }), object({ b: text })] },
    { anyOf: [object({ a: text }), object({ c: text })] },
    ['! /b is no longer there', '/c is new'],
  ],
  [
    'a definition that is referred to',
    { $defs: { A: object({ a: text }) }, ...object({ x: { $ref: '#/$defs/A' } }) },
    { $defs: { A: object({}) }, ...object({ x: { $ref: '#/$defs/A' }, y: text }) },
    ['! /x/a is no longer there', '/y is new'],
  ],
])('%s', (_title, before, after, changes) => {
  expect(said(before, after)).toEqual(changes)
})

test.each<[title: string, before: object, after: object, changes: readonly string[]]>([
  ['a shorter minimum', { ...text, minLength: 3 }, text, ['! length without a minimum now, was length at least 3']],
  ['a longer minimum', text, { ...text, minLength: 3 }, ['length at least 3 now, was length without a minimum']],
  [
    'a longer maximum',
    { ...text, maxLength: 3 },
    { ...text, maxLength: 5 },
    ['! length at most 5 now, was length at most 3'],
  ],
  ['a pattern given up', { ...text, pattern: 'a' }, text, ['! has not the pattern a any more']],
  ['a pattern added', text, { ...text, pattern: 'a' }, ['has the pattern a now']],
  [
    'another pattern',
    { ...text, pattern: 'a' },
    { ...text, pattern: 'b' },
    ['! pattern changed from a to b: whether it lets more through is not known'],
  ],
  ['a format given up', { ...text, format: 'email' }, text, ['! has not the format email any more']],
  ['a smaller number', { ...number, minimum: 1 }, { ...number, minimum: 0 }, ['! is at least 0 now, was at least 1']],
  [
    'the limit itself',
    { ...number, exclusiveMinimum: 1 },
    { ...number, minimum: 1 },
    ['! is at least 1 now, was more than 1'],
  ],
  [
    'not the limit itself',
    { ...number, maximum: 1 },
    { ...number, exclusiveMaximum: 1 },
    ['is less than 1 now, was at most 1'],
  ],
  ['a limit in other words', { type: 'integer', exclusiveMinimum: 0 }, { type: 'integer', minimum: 1 }, []],
  ['limits of all whole numbers', z.int(), { type: 'integer' }, []],
  ['finer steps', { ...number, multipleOf: 10 }, { ...number, multipleOf: 5 }, ['! is a multiple of 5 now, was of 10']],
  ['coarser steps', { ...number, multipleOf: 5 }, { ...number, multipleOf: 10 }, ['is a multiple of 10 now, was of 5']],
  [
    'a list that may be empty',
    z.array(z.string()).min(1),
    z.array(z.string()),
    ['! length without a minimum now, was length at least 1'],
  ],
  ['a list with doubles', { type: 'array', uniqueItems: true }, { type: 'array' }, ['! may hold an item twice now']],
  [
    'a record of other values',
    z.record(z.string(), z.number()),
    z.record(z.string(), z.string()),
    ['! /* is string now, was number'],
  ],
  [
    'a record of wider values',
    z.record(z.string(), z.int()),
    z.record(z.string(), z.number()),
    ['! /* is number now, was integer'],
  ],
  [
    'a record that becomes an object',
    z.record(z.string(), z.number()),
    z.object({ a: z.number() }),
    ['/a is always there now', '! /* is no longer there'],
  ],
  [
    'a member of a record named',
    z.record(z.string(), z.number()),
    z.object({ a: z.string() }).catchall(z.number()),
    ['/a is always there now', '! /a is string now, was number'],
  ],
  [
    'a name of a record gone',
    z.record(z.enum(['a', 'b']), z.number()),
    z.record(z.enum(['a']), z.number()),
    ['! /b is no longer there'],
  ],
  [
    'a name of a record not sure',
    z.record(z.enum(['a']), z.number()),
    z.partialRecord(z.enum(['a']), z.number()),
    ['! /a may be absent now'],
  ],
  [
    'names of a record',
    z.record(z.string(), z.int()),
    z.record(z.string().regex(/^x/), z.int()),
    ['the names that its members may have changed'],
  ],
  [
    'members by pattern',
    { type: 'object', patternProperties: { '^x': number } },
    { type: 'object', patternProperties: { '^x': text } },
    ['! /* is string now, was number (names like ^x)'],
  ],
  [
    'a pattern of members gone',
    { type: 'object', patternProperties: { '^x': number } },
    { type: 'object' },
    ['! /* is no longer there (names like ^x)'],
  ],
  ['others than those that are named', z.strictObject({}), z.looseObject({}), []],
  [
    'a position of a tuple',
    z.tuple([z.string(), z.number()]),
    z.tuple([z.string(), z.string()]),
    ['! /1 is string now, was number'],
  ],
  ['a shorter tuple', z.tuple([z.string(), z.number()]), z.tuple([z.string()]), ['! /1 is no longer there']],
  ['a longer tuple', z.tuple([z.string()]), z.tuple([z.string(), z.number()]), ['/1 is new']],
  [
    'a position that may be absent',
    z.tuple([z.string()]),
    z.tuple([z.string().optional()]),
    ['! /0 may be absent now'],
  ],
  [
    'the rest of a tuple',
    z.tuple([z.string()], z.number()),
    z.tuple([z.string()], z.string()),
    ['! /* is string now, was number'],
  ],
  [
    'a tuple as draft 7 writes it',
    { type: 'array', items: [text, number], minItems: 2 },
    { type: 'array', items: [text, text], minItems: 2 },
    ['! /1 is string now, was number'],
  ],
  [
    'a tuple in other words',
    { type: 'array', items: [text], additionalItems: false, minItems: 1 },
    z.tuple([z.string()]),
    [],
  ],
  [
    'a list that becomes a tuple',
    z.array(z.string()),
    z.tuple([z.string()]),
    ['/0 is always there now', 'has no further items any more'],
  ],
  [
    'variants in another order',
    z.discriminatedUnion('kind', [card, bank]),
    z.discriminatedUnion('kind', [bank, card]),
    [],
  ],
  [
    'a variant added',
    z.discriminatedUnion('kind', [card]),
    z.discriminatedUnion('kind', [card, bank]),
    ['may be one with kind "bank" now'],
  ],
  [
    'a variant removed',
    z.discriminatedUnion('kind', [card, bank]),
    z.discriminatedUnion('kind', [card]),
    ['is never one with kind "bank" any more'],
  ],
  [
    'a variant changed',
    z.discriminatedUnion('kind', [card, bank]),
    z.discriminatedUnion('kind', [card.extend({ last4: z.number() }), bank]),
    ['! /last4 is number now, was string (with kind "card")'],
  ],
  [
    'a value that moves to another variant',
    z.discriminatedUnion('kind', [card, bank]),
    z.discriminatedUnion('kind', [card.extend({ kind: z.enum(['card', 'bank']) })]),
    ['! /iban is no longer there (with kind "bank")', '/last4 is new (with kind "bank")'],
  ],
  [
    'shapes in another order',
    { anyOf: [object({ a: text }), object({ b: text }), text] },
    { anyOf: [text, object({ b: text }), object({ a: text })] },
    [],
  ],
  [
    'a shape added that nothing tells apart',
    { anyOf: [object({ a: text }, ['a']), object({ b: text }, ['b'])] },
    { anyOf: [object({ a: text }, ['a']), object({ b: text }, ['b']), object({ c: text }, ['c'])] },
    ['! may have a shape now that it never had: { c }'],
  ],
  [
    'a choice inside of a choice',
    { anyOf: [text, { anyOf: [number, { type: 'null' }] }] },
    { type: ['null', 'number', 'string'] },
    [],
  ],
  [
    'parts that are one',
    { allOf: [object({ a: text }, ['a']), object({ b: text })] },
    object({ a: text, b: text }, ['a']),
    [],
  ],
  ['two patterns', z.string().regex(/a/).regex(/b/), z.string().regex(/b/), ['! has not the pattern a any more']],
  [
    'only one of two values',
    z.object({ a: z.boolean() }),
    z.object({ a: z.literal(true) }),
    ['/a is never false any more'],
  ],
  ['a whole list as a value', { const: [1] }, { enum: [[1], [2]] }, ['may be [2] now']],
  [
    'never anything',
    z.object({ a: z.string() }),
    z.object({ a: z.never() }),
    ['/a is only never there now, was string'],
  ],
  [
    'what is not understood',
    { ...text, not: { const: 'a' } },
    { ...text, not: { const: 'b' } },
    ['! not changed in a way that is not judged: compare it by hand'],
  ],
  ['what is not understood, the same', { ...text, not: { const: 'a' } }, { ...text, not: { const: 'a' } }, []],
  ['a reference that leads nowhere', { $ref: 'other.json' }, text, ['is only string now, was of any type']],
  ['words about it', { ...text, description: 'One.', examples: [1] }, { ...text, title: 'Two.', default: '' }, []],
])('%s', (_title, before, after, changes) => {
  expect(said(json(before), json(after))).toEqual(changes)
})

test('a schema that refers to itself comes to an end', () => {
  const tree = (leaf: object) => ({
    $defs: { Tree: object({ leaf, branches: { type: 'array', items: { $ref: '#/$defs/Tree' } } }) },
    $ref: '#/$defs/Tree',
  })
  expect(compareSchemas(tree(text), tree(number)).map(({ pointer }) => pointer)).toEqual(['/leaf'])
})

/** Schemas of zod as their JSON Schema, anything else as it is. */
function json<Value>(value: Value): unknown {
  return value instanceof z.ZodType ? z.toJSONSchema(value) : value
}

function said(before: unknown, after: unknown): readonly string[] {
  return compareSchemas(before, after).map(
    ({ pointer, breaking, message }) => `${breaking ? '! ' : ''}${pointer === '' ? '' : `${pointer} `}${message}`,
  )
}

/** Without what callers are open to: members, and positions, that they do not know. */
function opened(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(opened)
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).filter(
    ([keyword, value]) => !(keyword === 'additionalProperties' && value === false),
  )
  return Object.fromEntries(entries.map(([keyword, value]) => [keyword, opened(value)]))
}

const sizes = fc.integer({ min: 0, max: 3 })
const { schema: schemas } = fc.letrec<{ schema: object; leaf: object }>((tie) => ({
  leaf: fc.oneof(
    fc.record(
      { type: fc.constant('string'), minLength: sizes, maxLength: sizes, pattern: fc.constantFrom('a', 'b') },
      { requiredKeys: ['type'] },
    ),
    fc.record(
      {
        type: fc.constantFrom('number', 'integer'),
        minimum: sizes,
        exclusiveMaximum: sizes,
        multipleOf: fc.constantFrom(1, 2, 3),
      },
      { requiredKeys: ['type'] },
    ),
    fc.constantFrom({ type: 'boolean' }, { type: 'null' }, {}, { type: ['string', 'null'] }),
  ),
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie('leaf'),
    fc.record(
      { type: fc.constant('array'), items: tie('schema'), minItems: sizes, maxItems: sizes, uniqueItems: fc.boolean() },
      { requiredKeys: ['type'] },
    ),
    fc.record(
      {
        type: fc.constant('array'),
        prefixItems: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
        items: tie('schema'),
        minItems: sizes,
      },
      { requiredKeys: ['type', 'prefixItems'] },
    ),
    fc.record(
      {
        type: fc.constant('object'),
        properties: fc.dictionary(fc.constantFrom('a', 'b'), tie('schema')),
        required: fc.uniqueArray(fc.constantFrom('a', 'b')),
        additionalProperties: fc.oneof(fc.constant(false), tie('schema')),
        patternProperties: fc.dictionary(fc.constantFrom('^x', '^y'), tie('leaf'), { maxKeys: 1 }),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ allOf: fc.array(tie('leaf'), { minLength: 1, maxLength: 2 }) }),
  ),
}))
const { value: someValues } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<unknown>('', 'a', 'b', 'ab', 'abab', 0, 1, 2, 3, 4, 0.5, 1.5, -1, true, false, null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'x1', 'y1', 'z'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}))

/** The same but for one number, name or type: most of what two releases differ in. */
function tweaked(schema: object, place: number, pick: number): object {
  const alternatives = [
    ['0', '1', '2', '3'],
    ['"a"', '"b"'],
    ['"^x"', '"^y"'],
    ['"string"', '"number"', '"integer"', '"null"'],
  ]
  const tokens = /[0-3]|"(?:a|b|\^x|\^y|string|number|integer|null)"/g
  const text = JSON.stringify(schema)
  const at = place % Math.max(1, [...text.matchAll(tokens)].length)
  let index = 0
  const changed = text.replaceAll(tokens, (token) => {
    const others = alternatives.find((list) => list.includes(token)) ?? [token]
    return index++ === at ? (others[pick % others.length] ?? token) : token
  })
  return JSON.parse(changed)
}

const pairs = fc.oneof(
  fc.tuple(schemas, schemas),
  fc
    .tuple(schemas, fc.nat(40), fc.nat(3))
    .map(([schema, place, pick]) => [schema, tweaked(schema, place, pick)] as const),
)

test('what breaks nobody lets through only what the old schema did; what is no change, exactly that', () => {
  const ajv = new Ajv({ strict: false, logger: false, validateSchema: false })
  const counts = { allowed: 0, silent: 0 }
  fc.assert(
    fc.property(pairs, fc.array(someValues, { minLength: 30, maxLength: 30 }), ([before, after], values) => {
      const changes = compareSchemas(before, after)
      if (changes.some(({ breaking }) => breaking)) return
      const [old, next] = [ajv.compile(opened(before) as object), ajv.compile(opened(after) as object)]
      for (const value of values) {
        if (next(value)) {
          counts.allowed++
          expect(old(value), `${JSON.stringify(value)} is new, and none of ${JSON.stringify(changes)} says so`).toBe(
            true,
          )
        }
        if (changes.length > 0) continue
        counts.silent++
        expect(next(value), `${JSON.stringify(value)} is gone, silently`).toBe(old(value))
      }
    }),
    { numRuns: 400 },
  )
  expect(Math.min(...Object.values(counts))).toBeGreaterThan(100)
})

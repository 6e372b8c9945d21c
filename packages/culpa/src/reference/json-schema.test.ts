import * as v from 'valibot'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { fieldsOf, toJsonSchema } from './json-schema.ts'
import { typeText } from './type-text.ts'

test('a library with Standard JSON Schema is asked for the side that is wanted', () => {
  const schema = z.object({ limit: z.coerce.number().int().min(1).default(10), at: z.string().optional() })
  expect(toJsonSchema(schema, 'input')).toMatchObject({ type: 'object', properties: { limit: { default: 10 } } })
  expect(fieldsOf(toJsonSchema(schema, 'input')).map(({ name, required }) => [name, required])).toEqual([
    ['limit', false],
    ['at', false],
  ])
  expect(fieldsOf(toJsonSchema(schema, 'output'))[0]?.required).toBe(true)
  expect(toJsonSchema(schema, 'input')).not.toHaveProperty('$schema')
})

test('what cannot be written as JSON Schema leaves its place open', () => {
  const schema = z.object({ size: z.string().transform((text) => text.length), name: z.string() })
  expect(toJsonSchema(schema, 'output')).toMatchObject({ properties: { size: {}, name: { type: 'string' } } })
})

test('a library without it gives nothing, unless somebody converts for it', () => {
  const schema = v.object({ name: v.string() })
  expect(toJsonSchema(schema, 'input')).toBeUndefined()
  expect(toJsonSchema(schema, 'input', (_schema, side) => ({ title: side }))).toEqual({ title: 'input' })
  expect(toJsonSchema(undefined, 'input')).toBeUndefined()
})

test('a library that fails is as one that knows nothing', () => {
  const failing = {
    '~standard': { version: 1, vendor: 'x', validate: () => ({ value: 1 }), jsonSchema: { input: fail } },
  } as const
  expect(toJsonSchema(failing, 'input')).toBeUndefined()
  expect(toJsonSchema(failing, 'output')).toBeUndefined()
})

test.each([
  [{ type: 'string' }, 'string'],
  [{ const: 'a' }, '"a"'],
  [{ enum: ['a', 'b', 3] }, '"a", "b" or 3'],
  [{ type: ['string', 'null'] }, 'string or null'],
  [{ anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'integer' } }] }, 'string or list of integer'],
  [{}, 'any value'],
])('%j is in words %s', (schema, words) => {
  expect(typeText(schema)).toBe(words)
})

function fail(): never {
  throw new Error('not supported')
}

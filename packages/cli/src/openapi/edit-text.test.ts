import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { parseOpenapi } from './openapi-text.ts'

/** Objects in objects, their names such as documents have, a leaf here and there. */
const documents = fc.dictionary(
  fc.constantFrom('a', 'b', '200', '404', 'x-y', 'default', 'a b', '#c'),
  fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('text', 'two\nlines\n', '# no comment', '', null, true, 1, '1.0', [], ['x', { y: 1 }]),
      fc.dictionary(fc.constantFrom('a', 'b', '200', 'default', 'new one'), tie('node')),
    ),
  })).node,
  { minKeys: 1 },
)

const plain = { aliasDuplicateObjects: false }
const writers: readonly (readonly [name: string, asYaml: boolean, write: (value: object) => string])[] = [
  ['YAML', true, (value) => stringify(value, plain)],
  ['YAML, deeper', true, (value) => `# first\n${stringify(value, { ...plain, indent: 4, indentSeq: false })}# last`],
  ['YAML in braces', true, (value) => stringify(value, { ...plain, collectionStyle: 'flow' })],
  ['JSON', false, (value) => JSON.stringify(value, null, 2)],
  ['JSON in one line', false, (value) => JSON.stringify(value)],
]

test.each(writers)('%s: any document becomes any other', (_name, asYaml, write) => {
  fc.assert(
    fc.property(documents, documents, (before, after) => {
      const text = parseOpenapi(write(before), asYaml).with(after as never)
      expect(asYaml ? parse(text) : JSON.parse(text)).toEqual(after)
    }),
    { numRuns: 200 },
  )
})

test.each(writers)('%s: a document that does not change keeps every byte', (_name, asYaml, write) => {
  fc.assert(
    fc.property(documents, (value) => {
      const text = write(value)
      expect(parseOpenapi(text, asYaml).with(value as never)).toBe(text)
    }),
  )
})

test.each([
  ['a: 1 # one\n# two\nb: 2\n', { a: 1, c: 3 }, 'a: 1 # one\n# two\nc: 3\n'],
  ['a:\n  b: 1 # one\n\n# two\nc: 2\n', { a: { b: 1, d: 4 }, c: 2 }, 'a:\n  b: 1 # one\n  d: 4\n\n# two\nc: 2\n'],
  ['a: {b: 1,   c: 2}\n', { a: { b: 1, c: 2, d: 3 } }, 'a: {b: 1,   c: 2, "d": 3}\n'],
  ['a: {b: {}}\n', { a: { b: { c: { d: 1 } } } }, 'a: {b: {"c": {"d":1}}}\n'],
  [
    'a: { # one\n  b: 1, # two\n  # three\n  c: 2 # four\n  }\n',
    { a: { b: 1, c: 2, d: 3 } },
    'a: { # one\n  b: 1, # two\n  # three\n  c: 2,\n  "d": 3 # four\n  }\n',
  ],
  ['a:\n', { a: { b: 1 } }, 'a:\n  b: 1\n'],
  ['a:\n  b: 1', { a: { b: 1, c: 2 } }, 'a:\n  b: 1\n  c: 2'],
  ['a: |\n  text\n\nb: 1\n', { a: 'text\n', b: 1, c: 2 }, 'a: |\n  text\n\nb: 1\nc: 2\n'],
])('%j', (before, after, text) => {
  expect(parseOpenapi(before, true).with(after as never)).toBe(text)
})

import { expect, test } from 'vitest'
import { compareSchemas } from './compare-schemas.ts'

const object = (properties: object, required: readonly string[] = []) => ({ type: 'object', properties, required })
const text = { type: 'string' }
const number = { type: 'number' }

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
  ['no longer anything', object({ a: {} }), object({ a: text }), []],
  ['a value added', { enum: ['a'] }, { enum: ['a', 'b'] }, ['may be "b" now']],
  ['a value removed', { enum: ['a', 'b'] }, { enum: ['a'] }, ['is never "b" any more']],
  [
    'values of another kind',
    { enum: ['a'] },
    { enum: ['a', 1] },
    ['! is string or number now, was string', 'may be 1 now'],
  ],
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
  ['a choice that gains null', text, { anyOf: [text, { type: 'null' }] }, ['! may be null now']],
  ['a choice that is settled', { anyOf: [text, { type: 'null' }] }, text, ['has fewer possible values']],
  [
    'a choice of shapes',
    { anyOf: [object({ a: text }), object({ b: text })] },
    { anyOf: [object({ a: text }), object({ c: text })] },
    ['! changed in a way that cannot be judged: compare it by hand'],
  ],
  [
    'a definition that is referred to',
    { $defs: { A: object({ a: text }) }, ...object({ x: { $ref: '#/$defs/A' } }) },
    { $defs: { A: object({}) }, ...object({ x: { $ref: '#/$defs/A' }, y: text }) },
    ['! /x/a is no longer there', '/y is new'],
  ],
])('%s', (_title, before, after, changes) => {
  const said = compareSchemas(before, after).map(
    ({ pointer, breaking, message }) => `${breaking ? '! ' : ''}${pointer === '' ? '' : `${pointer} `}${message}`,
  )
  expect(said).toEqual(changes)
})

test('a schema that refers to itself comes to an end', () => {
  const tree = (leaf: object) => ({
    $defs: { Tree: object({ leaf, branches: { type: 'array', items: { $ref: '#/$defs/Tree' } } }) },
    $ref: '#/$defs/Tree',
  })
  expect(compareSchemas(tree(text), tree(number)).map(({ pointer }) => pointer)).toEqual(['/leaf'])
})

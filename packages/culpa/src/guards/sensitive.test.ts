import { expect, test } from 'vitest'
import { sensitiveFields } from './sensitive.ts'

test.each([
  ['card', 'card', true],
  ['card', 'card.number', true],
  ['card', 'cardholder', false],
  ['card.number', 'card', false],
  ['items.token', 'items.0.token', true],
  ['items.0.token', 'items.12.token', true],
  ['items.token', 'items.0.name', false],
])('%s covers %s: %s', (field, path, covered) => {
  expect(sensitiveFields([field]).covers(path.split('.'))).toBe(covered)
})

test.each([
  ['a text', ['pin'], { pin: 'abc' }],
  ['a number', ['pin'], { pin: 4711 }],
  ['what is below a field', ['card'], { card: { parts: ['4711', 'abc'] } }],
  ['a field of every item of a list', ['items.token'], { items: [{ token: 'no' }, { token: 'abc' }] }],
  ['a field of lists in lists', ['a.b'], { a: [[{ b: 'abc' }]] }],
])('a message that repeats %s is found', (_name, fields, input) => {
  expect(sensitiveFields(fields).echoesOf(input)('The value 4711 abc is wrong.')).toBe(true)
})

test.each([
  ['another field', { name: 'abc' }],
  ['a value that it does not repeat', { pin: 'xyz' }],
  ['an empty text', { pin: '' }],
  ['nothing', {}],
  ['null', { pin: null }],
  ['no object at all', 'abc'],
  ['a key of a prototype', Object.create({ pin: 'abc' })],
])('a message is not suspected for %s', (_name, input) => {
  expect(sensitiveFields(['pin']).echoesOf(input)('The value abc is wrong.')).toBe(false)
})

test('a boolean is a value like any other', () => {
  expect(sensitiveFields(['insured']).echoesOf({ insured: true })('insured: true')).toBe(true)
})

test('the beginning of a long value gives it away', () => {
  const pin = 'abcdefgh'.repeat(100)
  expect(sensitiveFields(['pin']).echoesOf({ pin })(`It begins ${pin.slice(0, 80)}…`)).toBe(true)
})

test('of more values than can be searched for, every message is suspected', () => {
  const input = { pins: Array.from({ length: 5000 }, (_, index) => `pin ${index}`) }
  expect(sensitiveFields(['pins']).echoesOf(input)('A harmless message.')).toBe(true)
})

test('of more text than can be searched, every message is suspected', () => {
  const isEchoed = sensitiveFields(['pins']).echoesOf({
    pins: Array.from({ length: 400 }, (_, index) => `pin ${index}`),
  })
  expect(isEchoed('A harmless message.')).toBe(false)
  expect(isEchoed('x'.repeat(100_000))).toBe(true)
  expect(isEchoed('A harmless message.')).toBe(true)
})

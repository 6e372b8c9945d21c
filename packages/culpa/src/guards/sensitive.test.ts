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
  expect(sensitiveFields(fields).isEchoed('The value 4711 abc is wrong.', input)).toBe(true)
})

test.each([
  ['another field', { name: 'abc' }],
  ['an empty text', { pin: '' }],
  ['nothing', {}],
  ['null', { pin: null }],
  ['no object at all', 'abc'],
  ['a key of a prototype', Object.create({ pin: 'abc' })],
])('a message is not suspected for %s', (_name, input) => {
  expect(sensitiveFields(['pin']).isEchoed('The value abc is wrong.', input)).toBe(false)
})

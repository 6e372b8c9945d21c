import { expect, test } from 'vitest'
import { memoryHeaders } from './memory-headers.ts'

const json = [['content-type', 'application/json']] as const
const html = [['content-type', 'text/html']] as const

test('a set gets its number when it comes again, in turn with others too', () => {
  const headers = memoryHeaders()
  expect([json, html].map(headers.note)).toEqual([expect.any(String), expect.any(String)])
  const [first, second] = [json, html].map(headers.note)
  expect([typeof first, typeof second]).toEqual(['number', 'number'])
  expect(first).not.toBe(second)
  expect([json, html, json].map(headers.note)).toEqual([first, second, first])
})

test('sets that come once leave room for those that come often', () => {
  const headers = memoryHeaders()
  for (let order = 0; order < 5000; order += 1) {
    const noted = headers.note([...json, ['location', `/orders/${order}`]])
    expect(headers.read(noted)).toEqual([...json, ['location', `/orders/${order}`]])
  }
  headers.note(json)
  expect(headers.note(json)).toBe(1)
})

test.each([
  ['none', []],
  ['line ends and quotes', [['a\nb', '"\r\n"']]],
  [
    'several of one name',
    [
      ['link', 'a'],
      ['link', 'b'],
    ],
  ],
  ['half a pair of surrogates', [['a', '\ud800é漢']]],
  ['a long value', [['a', 'x'.repeat(3000)]]],
] as const)('reads back %s, as a copy', (_name, set) => {
  const headers = memoryHeaders()
  for (let time = 0; time < 3; time += 1) {
    const read = headers.read(headers.note(set)) as unknown as string[][]
    expect(read).toEqual(set)
    read.forEach((pair) => {
      pair[1] = 'changed'
    })
  }
})

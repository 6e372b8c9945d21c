import { expect, test } from 'vitest'
import { addresses } from './links.ts'

test.each([
  [
    'https://docs.example.com/errors',
    undefined,
    ['errors', 'errors.md', 'errors/x', 'errors/x.json', 'errors/llms.txt'],
  ],
  ['https://docs.example.com/errors', 'y', ['../errors', '../errors.md', 'x', 'x.json', 'llms.txt']],
  ['/a/b/errors', undefined, ['errors', 'errors.md', 'errors/x', 'errors/x.json', 'errors/llms.txt']],
  ['https://errors.example.com', undefined, ['', 'index.md', 'x', 'x.json', 'llms.txt']],
  ['https://errors.example.com', 'y', ['./', './index.md', 'x', 'x.json', 'llms.txt']],
])('on a server at %s the page of %s finds the others', (docs, from, expected) => {
  const to = addresses(docs, 'server', from)
  const { overview, code, shared } = to
  expect([overview('html'), overview('markdown'), code('x', 'html'), code('x', 'json'), shared('llms.txt')]).toEqual(
    expected,
  )
})

test('in a folder all files lie side by side, wherever it is', () => {
  for (const docs of ['https://docs.example.com/errors', '/errors']) {
    const { overview, code, shared } = addresses(docs, 'files', 'y')
    expect([overview('html'), code('x', 'markdown'), shared('reference.css')]).toEqual([
      'index.html',
      'x.md',
      'reference.css',
    ])
  }
})

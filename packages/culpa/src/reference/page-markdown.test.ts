import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codeBlock, type Page, paragraph, table } from './blocks.ts'
import { flatText, pageMarkdown } from './page-markdown.ts'

const link = (code: string) => `${code}.md`
const pageOf = (...blocks: Page['blocks']): Page => ({ title: 'Title', heading: 'Title', description: '', blocks })

test('text stays text: nothing in it is markup, names in snake_case stay readable', () => {
  expect(flatText('Use *no* `markup` <b> [here](x) | there_is & &lt; none_ _at_ all')).toBe(
    'Use \\*no\\* \\`markup\\` \\<b\\> \\[here\\](x) \\| there_is & \\&lt; none\\_ \\_at\\_ all',
  )
  expect(['# a', '- a', '12. a', '+ a'].map(flatText)).toEqual(['\\# a', '\\- a', '12\\. a', '\\+ a'])
  expect(['## a', '###### a', '---', '--', '-- -'].map(flatText)).toEqual([
    '#\\# a',
    '#####\\# a',
    '\\---',
    '\\--',
    '\\-- -',
  ])
  expect(['####### a', '#a', '-1', '--- a'].map(flatText)).toEqual(['####### a', '#a', '-1', '--- a'])
})

test('text stays on its line, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const flat = flatText(text)
      expect(flat).not.toMatch(/[\n\r]/)
      expect(flat).not.toMatch(/(?<!\\)(\\\\)*[`*<>[\]|]/)
    }),
  )
})

test('a cell can hold a bar, also within code', () => {
  const rows = [[[{ code: 'a|b' }], ['c|d']]]
  expect(pageMarkdown(pageOf(table('Both', ['One', 'Two'], rows)), link)).toBe(
    '# Title\n\nBoth:\n\n| One | Two |\n| --- | --- |\n| `a\\|b` | c\\|d |\n',
  )
})

test('code with backticks is fenced by more of them', () => {
  expect(pageMarkdown(pageOf(codeBlock('md', 'Sample', '```\ncode\n```')), link)).toContain(
    '````md\n```\ncode\n```\n````',
  )
})

test('codes link to their pages, and headings keep their level', () => {
  const page = {
    ...pageOf(paragraph('See ', { code: 'card_declined', page: 'card_declined' }, '.')),
    heading: { code: 'x' },
  }
  expect(pageMarkdown(page, link, 3)).toBe('### `x`\n\nSee [`card_declined`](card_declined.md).\n')
})

import { type Block, type Inline, lineBreak, type Page, type Sentence, type Table } from './blocks.ts'

/** Where the links of a page lead: the page of a code. */
export type CodeLink = (code: string) => string

/**
 * A page as Markdown (CommonMark with tables). `level` is that of its heading, 1 to 4.
 * @example
 * pageMarkdown(codePage(reference, entry), (code) => `${code}.md`)
 */
export function pageMarkdown(page: Page, link: CodeLink, level = 1): string {
  const blocks = page.blocks.map((block) => blockMarkdown(block, link, level + 1))
  return `${[`${'#'.repeat(level)} ${inline(page.heading, link)}`, ...blocks].join('\n\n')}\n`
}

function blockMarkdown(block: Block, link: CodeLink, level: number): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(level)} ${flatText(block.text)}`
    case 'paragraph':
      return sentence(block.text, link)
    case 'list':
      return block.items
        .map((item, index) => `${block.ordered === true ? `${index + 1}.` : '-'} ${sentence(item, link)}`)
        .join('\n')
    case 'facts':
      return block.items
        .map(([term, text]) => `- **${flatText(term)}${term.endsWith('?') ? '' : ':'}** ${sentence(text, link)}`)
        .join('\n')
    case 'code':
      return `${flatText(block.label)}:\n\n${fenced(block.text, block.language)}`
    case 'table':
      return tableMarkdown(block, link)
  }
}

function tableMarkdown({ caption, columns, rows }: Table, link: CodeLink): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const lines = rows.map((row) => line(row.map((cell) => sentence(cell, link))))
  return [`${flatText(caption)}:`, '', line(columns.map(flatText)), line(columns.map(() => '---')), ...lines].join('\n')
}

/** A fence longer than any run of backticks within. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text}\n${fence}`
}

function sentence(text: Sentence, link: CodeLink): string {
  return text.map((part) => inline(part, link)).join('')
}

function inline(part: Inline, link: CodeLink): string {
  if (part === lineBreak) return '<br>'
  if (typeof part === 'string') return flatText(part)
  const name = codeSpan(part.code)
  return part.page === undefined ? name : `[${name}](${link(part.page)})`
}

/** A bar would end the cell of a table even within code (GFM §4.10). */
function codeSpan(text: string): string {
  const flat = text.replace(/\s+/g, ' ').replaceAll('|', '\\|')
  return flat.includes('`') ? `\`\` ${flat} \`\`` : `\`${flat}\``
}

/** Text that stays text: nothing in it is markup, and it stays on its line. An underscore within a word is no markup. */
export function flatText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*<>[\]|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=[#A-Za-z])/g, '\\$&')
    .replace(/^(?:#{1,6}|[+-]|\d+[.)])(?= |$)|^-(?=[- ]*$)/, (mark) => mark.replace(/.$/, '\\$&'))
}

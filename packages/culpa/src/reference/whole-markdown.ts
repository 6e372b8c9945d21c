import { codePage } from './code-page.ts'
import { overviewPage } from './overview-page.ts'
import { pageMarkdown } from './page-markdown.ts'
import type { Reference } from './reference.ts'

/**
 * The whole reference as one Markdown file, for a repository.
 * @example
 * writeFileSync('ERRORS.md', wholeMarkdown(reference))
 */
export function wholeMarkdown(reference: Reference): string {
  const link = (code: string) => `#${code}`
  const pages = reference.codes.map((entry) => pageMarkdown(codePage(reference, entry), link, 3))
  return [pageMarkdown(overviewPage(reference), link), '## Code by code\n', ...pages].join('\n')
}

import { ContractError } from '../contract/contract-error.ts'
import { codePage } from './code-page.ts'
import { addresses, type HomePage, type LinkStyle, ownAddress } from './links.ts'
import { llmsText } from './llms-text.ts'
import { overviewPage } from './overview-page.ts'
import { pageHtml } from './page-html.ts'
import { pageMarkdown } from './page-markdown.ts'
import type { Reference } from './reference.ts'
import { searchScript } from './search-script.ts'
import { styleSheet } from './style-sheet.ts'
import { wholeMarkdown } from './whole-markdown.ts'

/** A file of the reference. */
export interface SiteFile {
  /** Below the folder it is written to; for `server`, below the parent of the contract's `docs`. */
  readonly path: string
  readonly mediaType: string
  readonly text: string
}

export interface SiteOptions {
  /** Default `files`. */
  readonly links?: LinkStyle
  /** A page of the server that every page leads to, with links for `server`: its path and name. */
  readonly home?: HomePage
}

/**
 * A Content-Security-Policy that the pages need no exception from: nothing inline, nothing from elsewhere.
 * @example
 * headers['content-security-policy'] = sitePolicy
 */
export const sitePolicy =
  "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const html = 'text/html; charset=utf-8'
const markdown = 'text/markdown; charset=utf-8'
const json = 'application/json'

/**
 * The reference as files: each page as HTML, Markdown and JSON, all of it as one JSON and one Markdown file,
 * `llms.txt`, a style sheet and the script of the search.
 * @throws {ContractError} for a code whose page would have the name of the overview's
 * @example
 * for (const { path, text } of referenceSite(reference)) writeFileSync(join(folder, path), text)
 */
export function referenceSite(reference: Reference, options: SiteOptions = {}): SiteFile[] {
  const { links: style = 'files', home } = options
  const at = addresses(reference.docs, style)
  checkNames(reference)
  return [
    ...pageFiles(reference, { style, home, code: undefined }),
    ...reference.codes.flatMap(({ code }) => pageFiles(reference, { style, home, code })),
    { path: at.shared('all-codes.json'), mediaType: json, text: toText(reference) },
    { path: at.shared('all-codes.md'), mediaType: markdown, text: wholeMarkdown(reference) },
    {
      path: at.shared('llms.txt'),
      mediaType: 'text/plain; charset=utf-8',
      text: llmsText(reference, addresses(reference.docs, style, 'llms.txt')),
    },
    { path: at.shared('reference.css'), mediaType: 'text/css; charset=utf-8', text: styleSheet },
    { path: at.shared('reference.js'), mediaType: 'text/javascript; charset=utf-8', text: searchScript },
  ]
}

interface PagePlace {
  readonly style: LinkStyle
  readonly home: HomePage | undefined
  /** Without a code, the overview. */
  readonly code: string | undefined
}

/** A page in its three forms. */
function pageFiles(reference: Reference, { style, home, code }: PagePlace): SiteFile[] {
  const at = addresses(reference.docs, style)
  const links = addresses(reference.docs, style, code)
  const entry = reference.codes.find((one) => one.code === code)
  const page = entry === undefined ? overviewPage(reference) : codePage(reference, entry)
  const path = (form: 'html' | 'markdown' | 'json') => ownAddress(at, code, form)
  return [
    { path: path('html'), mediaType: html, text: pageHtml(reference, page, { style, home }) },
    { path: path('markdown'), mediaType: markdown, text: pageMarkdown(page, (other) => links.code(other, 'markdown')) },
    { path: path('json'), mediaType: json, text: toText(entry ?? overviewOf(reference)) },
  ]
}

/** The overview lists the codes; their pages have the rest. */
function overviewOf({ codes, ...rest }: Reference): object {
  return { ...rest, codes: codes.map(({ code, status, type, url, message }) => ({ code, status, type, url, message })) }
}

function toText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function checkNames({ codes }: Reference): void {
  if (!codes.some(({ code }) => code === 'index')) return
  throw new ContractError(
    'referenceSite: index',
    'the page of this code would take the place of the overview',
    'rename the code',
  )
}

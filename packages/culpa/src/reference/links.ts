/**
 * How files are addressed. `server`: pages without an extension, the overview at `docs` itself. `files`: each page a
 * file with its extension, in one folder, so that it opens from a disk and at any address.
 */
export type LinkStyle = 'server' | 'files'

/** A page of the server, beside the reference. */
export interface HomePage {
  /** As `/`. */
  readonly path: string
  readonly name: string
}

/** A form of a page. */
export type Form = 'html' | 'markdown' | 'json'

/** Addresses of the files of a reference. */
export interface Addresses {
  overview(form: Form): string
  code(code: string, form: Form): string
  /** A path of the host that serves the pages. */
  onHost(path: string): string
  /** A file that belongs to all pages. A code has no dot, so it is never taken for one. */
  shared(name: SharedFile): string
}

export type SharedFile = 'reference.css' | 'reference.js' | 'all-codes.json' | 'all-codes.md' | 'llms.txt'

const extensions: Readonly<Record<Form, string>> = { html: '.html', markdown: '.md', json: '.json' }

/**
 * Addresses relative to a page: that of the code `from`, or the overview's. Those of the overview are also where the
 * files lie: below the folder, or below the parent of `docs`.
 * @example
 * addresses('https://docs.example.com/errors', 'server', 'card_declined').overview('html') // '../errors'
 */
export function addresses(docs: string, style: LinkStyle, from?: string): Addresses {
  return style === 'files' ? inFolder : onServer(docs, from !== undefined)
}

const inFolder: Addresses = {
  overview: (form) => `index${extensions[form]}`,
  code: (code, form) => code + extensions[form],
  // A file has no host.
  onHost: (path) => path,
  shared: (name) => name,
}

/** The page `/docs/errors` looks for its neighbours in `/docs/`, the page `/docs/errors/some_code` in `/docs/errors/`. */
function onServer(docs: string, isInside: boolean): Addresses {
  const last = lastSegment(docs)
  const within = isInside || last === '' ? '' : `${last}/`
  const depth = Math.max(0, pathOf(docs).split('/').length - (isInside ? 1 : 2))
  const outside = !isInside ? '' : last === '' ? './' : '../'
  return {
    overview: (form) => outside + (form === 'html' ? last : `${last || 'index'}${extensions[form]}`),
    code: (code, form) => within + code + (form === 'html' ? '' : extensions[form]),
    onHost: (path) => `${'../'.repeat(depth) || './'}${path.slice(1)}`,
    shared: (name) => within + name,
  }
}

/** Nothing for the root of a host. */
function lastSegment(docs: string): string {
  return pathOf(docs).split('/').at(-1) ?? ''
}

/** With a slash before each segment; nothing for the root of a host. */
function pathOf(docs: string): string {
  return docs.replace(/^https?:\/\/[^/]*/, '')
}

/** Address of a page in a form; `code` is the page's. */
export function ownAddress(links: Addresses, code: string | undefined, form: Form): string {
  return code === undefined ? links.overview(form) : links.code(code, form)
}

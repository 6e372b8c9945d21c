import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { gzipSync } from 'node:zlib'

/** A file of the page, as it goes out. */
export interface PageFile {
  readonly type: string
  readonly bytes: Uint8Array
  readonly gzipped: Uint8Array
}

const folder = new URL('page/', import.meta.url)
const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  ts: 'text/javascript; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
}

/**
 * The page's files by name. Sources go out without their types, which is all that a browser wants of them; in the packed
 * program they are JavaScript already.
 */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  const names = readdirSync(folder).filter((name) => types[extensionOf(name)] !== undefined && !name.endsWith('.d.ts'))
  const scripts = names.filter((name) => /\.[jt]s$/.test(name))
  return new Map(names.map((name) => [name, toFile(name, scripts)]))
}

function toFile(name: string, scripts: readonly string[]): PageFile {
  const source = readFileSync(new URL(name, folder), 'utf8')
  const text = name.endsWith('.ts')
    ? withoutTypes(source)
    : name.endsWith('.html')
      ? withScripts(source, scripts)
      : source
  const bytes = new TextEncoder().encode(text)
  return { type: types[extensionOf(name)] as string, bytes, gzipped: gzipSync(bytes) }
}

function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

/** All of them are fetched at once, not each when the one before has been read. */
function withScripts(html: string, scripts: readonly string[]): string {
  const main = scripts.find((name) => name.startsWith('main.')) as string
  const links = scripts.map((name) => `<link rel="modulepreload" href="/console/files/${name}">`).join('\n  ')
  return html.replace('<!-- scripts -->', `${links}\n  <script type="module" src="/console/files/${main}"></script>`)
}

/** Types become spaces: they need not go over the wire, and comments neither. */
function withoutTypes(source: string): string {
  return quietly(() => stripTypeScriptTypes(source))
    .replace(/^\s*(?:\/\*\*[\s\S]*?\*\/|\/\/.*)$/gm, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{2,}/g, '\n')
}

/** Node warns that this function of its may change; whoever starts the program can do nothing about it. */
function quietly<Result>(run: () => Result): Result {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return run()
  } finally {
    process.emitWarning = emitWarning
  }
}

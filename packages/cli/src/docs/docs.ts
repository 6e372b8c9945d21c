import { join } from 'node:path'
import { createReference, type Reference, referenceSite, wholeMarkdown } from 'culpa/reference'
import type { Command, CommandInput } from '../command.ts'
import { loadDescribed } from '../load-api.ts'
import { printJson, printLine } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'
import { writeFile } from '../write-file.ts'
import { removeStale } from './remove-stale.ts'

/** Writes the reference. */
export const docs: Command = {
  name: 'docs',
  summary: 'writes the reference: a site, one Markdown file, or the catalogue',
  description: `Writes the reference of the API that MODULE exports as \`api\`, or of its \`contract\` alone.

  site      each page as HTML, Markdown and JSON, all-codes.json, all-codes.md and llms.txt, into the
            folder --out; it opens from a disk and at any address. Pages of codes that an earlier
            run wrote there and that are no more are removed. Several APIs get a folder each.
  markdown  the whole as one file, for a repository; on standard output without --out
  json      the catalogue, for programs and for culpa diff; on standard output without --out`,
  positionals: ['MODULE'],
  options: {
    out: { type: 'string', value: 'PATH', help: 'folder of the site, or file' },
    format: { type: 'string', value: 'FORMAT', help: 'site, markdown or json; default: site' },
    'base-url': { type: 'string', value: 'URL', help: 'where the API is, for commands to copy' },
    title: { type: 'string', value: 'TEXT', help: 'heading of the whole' },
  },
  examples: [
    'culpa docs ./api.ts --out site',
    'culpa docs ./api.ts --format markdown --out ERRORS.md --base-url https://api.example.com',
    'culpa docs ./api.ts --format json > v1.json',
  ],
  run,
}

async function run(input: CommandInput): Promise<number> {
  const [file = ''] = input.positionals
  const format = input.text('format') ?? 'site'
  const out = input.text('out')
  const write = Object.hasOwn(writers, format) ? writers[format] : undefined
  if (write === undefined) {
    throw new UsageError(`--format: ${JSON.stringify(format)} is none. Remedy: ${Object.keys(writers).join(', ')}.`)
  }
  if (out === undefined && format === 'site') {
    throw new UsageError('a site needs a folder. Remedy: --out DIR, or --format markdown.')
  }
  if (out === undefined && format === 'markdown' && input.flag('json')) {
    throw new UsageError('--json: Markdown on standard output is none. Remedy: --format json, or --out FILE.')
  }
  return write(await referencesOf(file, input), out, input)
}

async function referencesOf(file: string, input: CommandInput): Promise<readonly Reference[]> {
  const baseUrl = input.text('base-url')
  const title = input.text('title')
  if (baseUrl !== undefined && !/^https?:$/.test(URL.parse(baseUrl)?.protocol ?? '')) {
    throw new UsageError(
      `--base-url: ${JSON.stringify(baseUrl)} is no address. Remedy: a whole one, as https://api.example.com.`,
    )
  }
  const options = { ...(baseUrl !== undefined && { baseUrl }), ...(title !== undefined && { title }) }
  return (await loadDescribed(file)).map((api) => createReference(api, options))
}

type Writer = (references: readonly Reference[], out: string | undefined, input: CommandInput) => number

const writers: Readonly<Record<string, Writer>> = {
  site(references, out = '', input) {
    if (references.length > 1) checkFolders(references)
    const folderOf = ({ name }: Reference) => (references.length === 1 ? out : join(out, name))
    const removed = references.flatMap((one) => removeStale(folderOf(one), one))
    const files = references.flatMap((one) =>
      referenceSite(one).map((page) => ({ path: join(folderOf(one), page.path), text: page.text })),
    )
    for (const { path, text } of files) writeFile(path, text)
    if (input.flag('json')) return printJson({ out, files: files.map(({ path }) => path), removed })
    const entries = references.map((one) => join(folderOf(one), 'index.html')).join(', ')
    return printLine(`${files.length} files written, ${removed.length} removed. Open ${entries}`)
  },
  markdown: (references, out, input) => writeText(references.map(wholeMarkdown).join('\n'), out, input),
  json: (references, out, input) =>
    writeText(`${JSON.stringify(references.length === 1 ? references[0] : references, null, 2)}\n`, out, input),
}

/** Each API gets a folder of its own, and none outside of `--out`. */
function checkFolders(references: readonly Reference[]): void {
  const taken = new Set<string>()
  for (const { name } of references) {
    // Some disks do not tell capitals apart.
    const folder = name.toLowerCase()
    if (/^\.{0,2}$|[/\\]/.test(folder)) {
      throw new UsageError(`${JSON.stringify(name)} is no name for a folder. Remedy: another name in defineContract.`)
    }
    if (taken.has(folder)) {
      throw new UsageError(
        `two APIs have the name ${JSON.stringify(name)}. Remedy: give each its own in defineContract.`,
      )
    }
    taken.add(folder)
  }
}

function writeText(text: string, out: string | undefined, input: CommandInput): number {
  if (out === undefined) return printLine(text.replace(/\n$/, ''))
  writeFile(out, text)
  return input.flag('json') ? printJson({ out, files: [out] }) : printLine(`Written: ${out}`)
}

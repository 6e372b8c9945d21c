import { readFileSync } from 'node:fs'
import { createOpenapi, mergeOpenapi, type OpenapiDocument, type OpenapiVersion } from 'culpa/reference'
import type { Command, CommandInput } from '../command.ts'
import { type Described, loadDescribed } from '../load-api.ts'
import { note, printJson, printLine } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'
import { writeFile } from '../write-file.ts'
import { isYaml, type OpenapiText, parseOpenapi, printOpenapi } from './openapi-text.ts'

/** Writes the OpenAPI document. */
export const openapi: Command = {
  name: 'openapi',
  summary: 'writes the OpenAPI document, or the errors into one that exists',
  description: `Writes the OpenAPI document of the API that MODULE exports as \`api\`: every operation with every status and
code it may answer with. JSON on standard output; into --out FILE, YAML where it is called .yaml or .yml.

--into FILE adds the errors to a document that exists, in place. What stands there stays: comments, order,
answers that it describes itself. What is added is marked x-culpa, so that the next run brings it up to date.`,
  positionals: ['MODULE'],
  options: {
    out: { type: 'string', value: 'FILE', help: 'where to; default: standard output, or the file of --into' },
    into: { type: 'string', value: 'FILE', help: 'a document to add the errors to, JSON or YAML' },
    version: { type: 'string', value: '3.1|3.2', help: "default: 3.1, or the existing document's" },
    yaml: { type: 'boolean', help: 'YAML on standard output' },
    api: { type: 'string', value: 'NAME', help: 'which one, where MODULE mounts several' },
    title: { type: 'string', value: 'TEXT', help: "title of the API; default: the contract's name" },
    release: { type: 'string', value: 'TEXT', help: 'version of the API; default: 1.0.0' },
    server: { type: 'string', value: 'URL', help: 'where the API is; may be given several times', multiple: true },
  },
  examples: [
    'culpa openapi ./api.ts --out openapi.yaml --title Charges --release 2.1.0',
    'culpa openapi ./api.ts --into api.yaml',
    'culpa openapi ./api.ts --version 3.2 | head',
  ],
  run,
}

async function run(input: CommandInput): Promise<number> {
  const [file = ''] = input.positionals
  const into = input.text('into')
  const version = versionOf(input)
  if (input.flag('yaml') && input.flag('json')) {
    throw new UsageError('--yaml and --json exclude each other. Remedy: one of them.')
  }
  const api = await theOne(file, input.text('api'))
  return into === undefined ? create(api, version ?? '3.1', input) : merge(api, version, into, input)
}

function create(api: Described, version: OpenapiVersion, input: CommandInput): number {
  const document = documentOf(api, version, input)
  const out = input.text('out')
  if (out === undefined) return printLine(printOpenapi(document, input.flag('yaml')).trimEnd())
  writeFile(out, printOpenapi(document, isYaml(out)))
  return report(input, { out, paths: Object.keys(document.paths).length })
}

function merge(api: Described, version: OpenapiVersion | undefined, into: string, input: CommandInput): number {
  const existing = readExisting(into)
  const found = /^3\.[12]/.exec(String(existing.value.openapi))?.[0] as OpenapiVersion | undefined
  const { document, missing, kept } = asUsage(into, () =>
    mergeOpenapi(existing.value, documentOf(api, version ?? found ?? '3.1', input)),
  )
  const out = input.text('out') ?? into
  const text = asUsage(into, () => existing.with(document))
  const changed = text !== existing.text
  if (changed || out !== into) writeFile(out, text, out === into ? '--into' : '--out')
  return report(input, { out, changed, missing, kept })
}

interface Report {
  readonly out: string
  readonly paths?: number
  readonly changed?: boolean
  readonly missing?: readonly string[]
  readonly kept?: readonly string[]
}

function report(input: CommandInput, facts: Report): number {
  if (input.flag('json')) return printJson(facts)
  const { out, changed, missing = [], kept = [] } = facts
  if (missing.length > 0) note(`Not in the document: ${missing.join(', ')}`)
  if (kept.length > 0) note(`Left as the document describes them: ${kept.join(', ')}`)
  return printLine(changed === false ? `Up to date: ${out}` : `Written: ${out}`)
}

function documentOf(api: Described, version: OpenapiVersion, input: CommandInput): OpenapiDocument {
  const servers = input.texts('server').map((url) => ({ url }))
  return createOpenapi(api, {
    version,
    info: { title: input.text('title') ?? api.contract.name, version: input.text('release') ?? '1.0.0' },
    ...(servers.length > 0 && { servers }),
  })
}

function readExisting(file: string): OpenapiText {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UsageError(`--into: ${reason}. Remedy: an OpenAPI document that exists, or --out.`, { cause })
  }
  return asUsage(file, () => parseOpenapi(text, isYaml(file)))
}

/** What is wrong with the document is for whoever named it to put right. */
function asUsage<Result>(file: string, work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    throw new UsageError(`--into ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

async function theOne(file: string, name: string | undefined): Promise<Described> {
  const all = await loadDescribed(file)
  const names = all.map(({ contract }) => contract.name)
  const found = name === undefined && all.length === 1 ? all[0] : all.find(({ contract }) => contract.name === name)
  if (found !== undefined) return found
  const problem = name === undefined ? `${file} mounts several APIs` : `${file} has no API ${JSON.stringify(name)}`
  throw new UsageError(`${problem}. Remedy: --api ${names.join(' or --api ')}.`)
}

function versionOf(input: CommandInput): OpenapiVersion | undefined {
  const version = input.text('version')
  if (version === undefined || version === '3.1' || version === '3.2') return version
  throw new UsageError(`--version: ${JSON.stringify(version)} is none that is written. Remedy: 3.1 or 3.2.`)
}

import { Ajv2020 } from 'ajv/dist/2020.js'
import { createOpenapi, type OpenapiDocument, type OpenapiVersion } from 'culpa/reference'
import type { SystemName } from './documented.ts'
import { documentedApis, origin } from './documented-apis.ts'
import type { WireAnswer, WireRequest } from './wire.ts'

interface Header {
  readonly $ref?: string
  readonly required?: boolean
  readonly schema?: { readonly type?: string }
}

interface Answer {
  readonly headers: Readonly<Record<string, Header>>
  readonly content: Readonly<Record<string, object>>
}

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, object>> }
  readonly responses: Readonly<Record<string, Answer>>
}

/** An operation in a document of its system, and where it stands there. */
interface Found {
  readonly document: Document
  readonly operation: Operation
  readonly pointer: readonly string[]
}

interface Document {
  readonly version: OpenapiVersion
  readonly document: OpenapiDocument
  readonly ajv: Ajv2020
}

/** They frame an answer or guard its reader; documents name no such header. */
const unsaid: ReadonlySet<string> = new Set([
  ...['content-type', 'content-length', 'date', 'connection', 'keep-alive', 'vary'],
  ...['x-content-type-options', 'access-control-expose-headers'],
])

const documents = new Map(
  documentedApis.map(([{ name }, { api }]) => {
    const both = (['3.1', '3.2'] as const).map((version): Document => {
      const document = createOpenapi(api, { version })
      const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false })
      ajv.addSchema({ $id: 'document', ...document })
      return { version, document, ajv }
    })
    return [name, both] as const
  }),
)

/**
 * What an exchange has that the OpenAPI documents of its system, of either version, do not say of the operation: status,
 * headers, body; of a success also what was sent. A request that reached no operation is not in the documents.
 */
export function openapiProblems(system: SystemName, request: WireRequest, answer: WireAnswer): readonly string[] {
  return foundIn(system, request).flatMap((found) => {
    const { status, headers } = answer
    const mediaType = headers['content-type'] ?? ''
    const declared = found.operation.responses[status]
    const problems =
      declared === undefined
        ? ['is not declared']
        : declared.content[mediaType] === undefined
          ? [`does not have ${mediaType}`]
          : [
              ...headerProblems(found, declared, answer),
              ...bodyProblems(found, answer),
              ...sentProblems(found, request, status),
            ]
    return problems.map(
      (problem) => `${found.pointer.slice(1).join(' ')} ${status} (${found.document.version}): ${problem}`,
    )
  })
}

/** The headers that a document declares for an answer to such a request, in lower case. */
export function declaredHeaders(system: SystemName, request: WireRequest, status: number): readonly string[] {
  const [found] = foundIn(system, request)
  return Object.keys(found?.operation.responses[status]?.headers ?? {}).map((name) => name.toLowerCase())
}

/** `GET /v1/charges/{id}` of a request, as the document has it. */
export function documentedOperationOf(system: SystemName, request: WireRequest): string | undefined {
  const [found] = foundIn(system, request)
  return found && `${request.method} ${found.pointer[1]}`
}

/** Every operation of a document with its answers' statuses. */
export function documentedOperations(system: SystemName): readonly string[] {
  const paths = documents.get(system)?.[0]?.document.paths ?? {}
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  )
}

function foundIn(system: SystemName, { method, path }: WireRequest): readonly Found[] {
  const plain = path.replace(/\?.*$/, '')
  return (documents.get(system) ?? []).flatMap((one) => {
    const { paths } = one.document
    const [template = ''] = Object.keys(paths)
      .filter((key) => patternOf(key).test(plain))
      .sort(byParameters)
    const operation = (paths[template] as Readonly<Record<string, Operation>> | undefined)?.[method.toLowerCase()]
    return operation === undefined
      ? []
      : [{ document: one, operation, pointer: ['paths', template, method.toLowerCase()] }]
  })
}

function headerProblems({ document, pointer }: Found, { headers: declared }: Answer, answer: WireAnswer): string[] {
  const { status, headers, lines } = answer
  // What a document is made of is JSON; what it says of headers is known here.
  const { headers: components } = document.document.components as unknown as Answer
  const names = new Set(Object.keys(declared).map((name) => name.toLowerCase()))
  const undeclared = lines.filter(([name]) => !names.has(name) && !unsaid.has(name))
  const wrong = Object.entries(declared).flatMap(([name, one]) => {
    const value = headers[name.toLowerCase()]
    const [header, place] =
      one.$ref === undefined
        ? [one, [...pointer, 'responses', String(status), 'headers', name]]
        : [components[name], ['components', 'headers', name]]
    if (value === undefined) return header?.required === true ? [`lacks ${name}`] : []
    const isNumber = header?.schema?.type === 'integer'
    return mismatch(document, [...place, 'schema'], isNumber ? Number(value) : value)
  })
  return [...wrong, ...undeclared.map(([name, value]) => `has ${name}: ${value}, which is not declared`)]
}

function bodyProblems({ document, pointer }: Found, { status, headers, body }: WireAnswer): string[] {
  const place = [...pointer, 'responses', String(status), 'content', headers['content-type'] ?? '', 'schema']
  return mismatch(document, place, JSON.parse(body.replaceAll(/http:\/\/localhost:\d+/g, origin)))
}

/** A form's text is not what its schema describes. */
function sentProblems({ document, pointer, operation }: Found, { body }: WireRequest, status: number): string[] {
  const json = 'application/json'
  if (status >= 400 || typeof body !== 'string' || operation.requestBody?.content[json] === undefined) return []
  return mismatch(document, [...pointer, 'requestBody', 'content', json, 'schema'], JSON.parse(body))
}

function mismatch({ ajv }: Document, place: readonly string[], value: unknown): string[] {
  const validate = ajv.getSchema(`document#/${place.map(escapePointer).join('/')}`)
  if (validate === undefined) return [`no schema at ${place.join('/')}`]
  return validate(value) ? [] : [`${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`]
}

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]*')}$`)
}

/** `/search` before `/{id}`. */
function byParameters(a: string, b: string): number {
  return a.split('{').length - b.split('{').length
}

function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
}

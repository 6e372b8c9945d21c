import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { createOpenapi } from 'culpa/reference'
import type { SystemName } from './documented.ts'
import { documentedApis, origin } from './documented-apis.ts'
import type { WireAnswer } from './wire.ts'

interface Answer {
  readonly headers: Readonly<Record<string, { readonly $ref?: string; readonly required?: boolean }>>
  readonly content: Readonly<Record<string, object>>
}
type Operations = Readonly<Record<string, { readonly responses: Readonly<Record<string, Answer>> }>>

const documents = new Map(
  documentedApis.map(([{ name }, { api }]) => {
    const document = createOpenapi(api)
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false })
    ajv.addSchema({ $id: 'document', ...document })
    return [name, { document, ajv }] as const
  }),
)

/**
 * What an answer has that the OpenAPI document of its system does not say of the operation: status, headers, body. A
 * request that reached no operation is not in the document.
 */
export function openapiProblems(
  system: SystemName,
  { method, path }: { readonly method: string; readonly path: string },
  { status, headers, body }: WireAnswer,
): readonly string[] {
  const { document, ajv } = documents.get(system) ?? {}
  if (document === undefined || ajv === undefined) return [`no document of ${system}`]
  const plain = path.replace(/\?.*$/, '')
  const [template] = Object.keys(document.paths)
    .filter((one) => patternOf(one).test(plain))
    .sort(byParameters)
  const operation = (document.paths[template ?? ''] as Operations | undefined)?.[method.toLowerCase()]
  if (template === undefined || operation === undefined) return []
  const answer = operation.responses[status]
  if (answer === undefined) return [`${method} ${template} does not have ${status}`]
  const mediaType = headers['content-type'] ?? ''
  if (answer.content[mediaType] === undefined) return [`${method} ${template} ${status} does not have ${mediaType}`]
  const pointer = ['paths', template, method.toLowerCase(), 'responses', String(status), 'content', mediaType, 'schema']
  const validate = ajv.getSchema(`document#/${pointer.map(escapePointer).join('/')}`) as ValidateFunction
  const sent = JSON.parse(body.replaceAll(/http:\/\/localhost:\d+/g, origin)) as unknown
  const missing = requiredHeaders(document, answer).filter((name) => headers[name.toLowerCase()] === undefined)
  return [
    ...(validate(sent) ? [] : [`${method} ${template} ${status}: ${ajv.errorsText(validate.errors)} in ${body}`]),
    ...missing.map((name) => `${method} ${template} ${status} lacks ${name}`),
  ]
}

function requiredHeaders(document: ReturnType<typeof createOpenapi>, { headers }: Answer): string[] {
  const components = (document.components as { headers: Answer['headers'] }).headers
  return Object.entries(headers)
    .filter(([name, one]) => (one.$ref === undefined ? one : components[name])?.required === true)
    .map(([name]) => name)
}

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`)
}

/** `/search` before `/{id}`. */
function byParameters(a: string, b: string): number {
  return a.split('{').length - b.split('{').length
}

function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
}

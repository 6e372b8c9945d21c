import type { ResolvedError } from '../../contract/declaration.ts'
import type { SchemaConverter } from '../json-schema.ts'
import type { DocumentedApi } from '../reference-api.ts'
import { Components } from './components.ts'
import type { DocumentSource, OpenapiVersion, OperationSource } from './document-source.ts'
import { errorResponses } from './error-responses.ts'
import type { JsonObject } from './json-object.ts'
import { operationName, pathTemplate } from './names.ts'
import { parametersOf } from './parameters.ts'
import { requestBody } from './request-body.ts'
import { securityOf } from './security.ts'
import { successResponse } from './success-response.ts'

export interface OpenapiOptions {
  /** Default `3.1`. */
  readonly version?: OpenapiVersion
  /** What the document says of the API. Default: the contract's name, version `1.0.0`. */
  readonly info?: JsonObject & { readonly title: string; readonly version: string }
  /** Default: the host that serves the document. */
  readonly servers?: readonly (JsonObject & { readonly url: string })[]
  /** For libraries that give no JSON Schema by themselves. */
  readonly toJsonSchema?: SchemaConverter
}

/** An OpenAPI document. */
export interface OpenapiDocument extends JsonObject {
  readonly openapi: string
  readonly paths: Readonly<Record<string, JsonObject>>
}

const versions: Readonly<Record<OpenapiVersion, string>> = { '3.1': '3.1.1', '3.2': '3.2.0' }

/**
 * The OpenAPI document of an API: its operations with every status and code they may answer with.
 * @example
 * const document = createOpenapi(api, { version: '3.2', info: { title: 'Charges', version: '2.1.0' } })
 */
export function createOpenapi(api: DocumentedApi, options: OpenapiOptions = {}): OpenapiDocument {
  const { version = '3.1', info = { title: api.contract.name, version: '1.0.0' }, servers = [{ url: '/' }] } = options
  const source: DocumentSource = { api, version, components: new Components(), convert: options.toJsonSchema }
  const paths: Record<string, JsonObject> = {}
  for (const one of operationsOf(source)) {
    const path = pathTemplate(one.operation.path)
    paths[path] = { ...paths[path], [one.operation.method.toLowerCase()]: operationObject(one) }
  }
  return { openapi: versions[version], info, servers, paths, components: source.components.toJson() }
}

/** Each with a name that no other has. */
function operationsOf(source: DocumentSource): OperationSource[] {
  const { contract, plans } = source.api
  const taken = new Map<string, number>()
  return plans.map(({ operation, codes }) => {
    const plain = operationName(operation.method, operation.path)
    const count = (taken.get(plain) ?? 0) + 1
    taken.set(plain, count)
    const errors = [...codes].map((name) => contract.codes.get(name)).filter((one) => one !== undefined)
    return { ...source, operation, name: count === 1 ? plain : `${plain}${count}`, errors: errors.sort(byCode) }
  })
}

function byCode(a: ResolvedError, b: ResolvedError): number {
  return a.code < b.code ? -1 : 1
}

function operationObject(source: OperationSource): JsonObject {
  const { operation, name } = source
  const parameters = parametersOf(source)
  const body = requestBody(source)
  return {
    operationId: name,
    summary: operation.summary === '' ? operation.id : operation.summary,
    security: securityOf(source),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: body }),
    responses: { ...successResponse(source), ...errorResponses(source) },
  }
}

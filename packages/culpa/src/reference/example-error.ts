import type { Violation } from '../contract/api-error.ts'
import type { ResolvedError } from '../contract/declaration.ts'
import { fieldsOf, type SchemaConverter, toJsonSchema } from './json-schema.ts'
import type { DocumentedApi, DocumentedOperation } from './reference-api.ts'

/** What a throw adds to a declaration, for the example of its page. */
export interface ExampleThrow {
  readonly message?: string
  readonly param?: string
  readonly violations?: readonly Violation[]
}

/** What the maker of an example knows of the API. */
export interface ExampleSource {
  readonly api: DocumentedApi
  /** Operations that may answer with the code. */
  readonly operations: readonly DocumentedOperation[]
  readonly convert: SchemaConverter | undefined
}

type Maker = (source: ExampleSource, error: ResolvedError) => ExampleThrow

const makers: Readonly<Record<string, Maker>> = {
  parameter_missing: missingParameter,
  parameter_invalid: invalidParameter,
  parameter_unknown: () => ({ param: 'colour', message: 'The parameter colour is not known.' }),
  validation_failed: failedValidation,
  resource_missing: pathParameter,
  resource_forbidden: pathParameter,
  resource_gone: pathParameter,
  idempotency_key_missing: () => ({ param: 'Idempotency-Key' }),
  precondition_failed: () => ({ param: 'If-Match' }),
  precondition_required: () => ({ param: 'If-Match' }),
  permission_denied: ({ operations }) => {
    const scope = operations.flatMap(({ scopes }) => scopes)[0]
    return scope === undefined ? {} : { message: `The API key lacks the permission ${scope}.` }
  },
}

/**
 * What the guard or handler that refuses with a code typically says with it, drawn from the operations that may.
 * @example
 * exampleThrow(error, { api, operations, convert: undefined }) // { param: 'id' }
 */
export function exampleThrow(error: ResolvedError, source: ExampleSource): ExampleThrow {
  return error.builtin ? (makers[error.name]?.(source, error) ?? {}) : {}
}

interface Place {
  readonly name: string
  readonly noun: 'parameter' | 'field'
}

function saidOf(place: Place | undefined, problem: string): ExampleThrow {
  if (place === undefined) return {}
  return { param: place.name, message: `The ${place.name} ${place.noun} ${problem}.` }
}

function missingParameter(source: ExampleSource): ExampleThrow {
  const query = parameterOf(source, true)
  if (query !== undefined) return saidOf(query, 'is missing')
  const header = source.operations.flatMap(({ headers }) => Object.keys(headers ?? {}))[0]
  if (header !== undefined) return { param: header, message: `The header ${header} is missing.` }
  const field = fieldOf(source)
  return field === undefined ? saidOfPath(source, 'is missing') : saidOf(field, 'is missing')
}

function invalidParameter(source: ExampleSource): ExampleThrow {
  const place = parameterOf(source) ?? fieldOf(source)
  return place === undefined ? saidOfPath(source, 'is not valid percent-encoding') : saidOf(place, 'is not valid')
}

function failedValidation(source: ExampleSource): ExampleThrow {
  const names = requiredFields(source).slice(0, 2)
  if (names.length === 0) return {}
  if (source.api.contract.bodyViolations === 'parameter') return saidOf(fieldOf(source), 'is not valid')
  const violations = names.map((param) => ({ param, message: `The ${param} field is missing.` }))
  return { param: names[0] as string, violations }
}

function saidOfPath(source: ExampleSource, problem: string): ExampleThrow {
  const { param } = pathParameter(source)
  return param === undefined ? {} : { param, message: `The path parameter ${param} ${problem}.` }
}

function pathParameter({ operations }: ExampleSource): ExampleThrow {
  const name = operations.map(({ path }) => /:(\w+)/.exec(path)?.[1]).find((found) => found !== undefined)
  return name === undefined ? {} : { param: name }
}

function parameterOf(source: ExampleSource, required = false): Place | undefined {
  const fields = source.operations.flatMap(({ query }) => fieldsOf(toJsonSchema(query, 'input', source.convert)))
  const name = fields.find((field) => field.required || !required)?.name
  return name === undefined ? undefined : { name, noun: 'parameter' }
}

function fieldOf(source: ExampleSource): Place | undefined {
  const [name] = requiredFields(source)
  return name === undefined ? undefined : { name, noun: 'field' }
}

/** Required fields of the first operation whose body has some. */
function requiredFields(source: ExampleSource): readonly string[] {
  for (const { body } of source.operations) {
    const names = fieldsOf(toJsonSchema(body, 'input', source.convert)).flatMap(({ name, required }) =>
      required ? [name] : [],
    )
    if (names.length > 0) return names
  }
  return []
}

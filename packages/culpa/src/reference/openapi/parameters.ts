import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { JsonSchema } from '../../formats/format.ts'
import { fieldsOf, type SchemaField, toJsonSchema } from '../json-schema.ts'
import type { OperationSource } from './document-source.ts'
import type { JsonObject } from './json-object.ts'
import { pascal } from './names.ts'

/** Parameters of an operation: those of its schemas, and the headers that its guards read. */
export function parametersOf(source: OperationSource): readonly JsonObject[] {
  return [
    ...pathParameters(source),
    ...queryParameters(source),
    ...headerParameters(source),
    ...guardParameters(source),
  ]
}

function pathParameters(source: OperationSource): readonly JsonObject[] {
  const fields = new Map(described(source, source.operation.params).map((field) => [field.name, field.schema]))
  return [...source.operation.path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: fields.get(name) ?? { type: 'string' },
  }))
}

/** The API reads brackets: `a[]=1` for a list, `a[b]=1` for an object. */
function queryParameters(source: OperationSource): readonly JsonObject[] {
  return described(source, source.operation.query).map(({ name, schema, required }) => ({
    name: schema.type === 'array' ? `${name}[]` : name,
    in: 'query',
    ...(required && { required }),
    ...(schema.type === 'object' && { style: 'deepObject', explode: true }),
    schema,
  }))
}

function described(source: OperationSource, schema: StandardSchemaV1 | undefined): readonly SchemaField[] {
  const json = toJsonSchema(schema, 'input', source.convert)
  const whole = json === undefined ? undefined : resolved(source, json)
  return fieldsOf(whole)
}

/** A schema whose members do not need its definitions any more. */
function resolved({ components, name }: OperationSource, schema: JsonSchema): JsonSchema {
  return components.embed(schema, `${pascal(name)}Parameters`)
}

/** OpenAPI gives these a place of their own and has other parameters of their names ignored. */
const elsewhere: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization'])

function headerParameters({ operation, convert }: OperationSource): readonly JsonObject[] {
  return Object.entries(operation.headers ?? {})
    .filter(([name]) => !elsewhere.has(name.toLowerCase()))
    .map(([name, schema]) => ({
      name: headerCase(name),
      in: 'header',
      ...(isRequired(schema) && { required: true }),
      schema: toJsonSchema(schema, 'input', convert) ?? { type: 'string' },
    }))
}

/** A header is one value, so its schema alone says whether it may be absent. */
function isRequired(schema: StandardSchemaV1): boolean {
  const result = schema['~standard'].validate(undefined)
  if (!(result instanceof Promise)) return result.issues !== undefined
  result.catch(() => undefined)
  return true
}

function headerCase(name: string): string {
  return name.replace(/(?<![A-Za-z0-9])[a-z]/g, (letter) => letter.toUpperCase())
}

function guardParameters({ operation: { idempotency, precondition } }: OperationSource): readonly JsonObject[] {
  const key = header(
    'Idempotency-Key',
    idempotency,
    'The same on every try of one request, so that it takes effect once.',
  )
  const match = header('If-Match', precondition, 'The ETag of the version to change.')
  return [
    ...(idempotency === 'ignored' ? [] : [{ ...key, schema: { type: 'string', minLength: 1, maxLength: 255 } }]),
    ...(precondition === 'ignored' ? [] : [match]),
  ]
}

function header(name: string, wanted: 'ignored' | 'optional' | 'required', description: string): JsonObject {
  return {
    name,
    in: 'header',
    ...(wanted === 'required' && { required: true }),
    description,
    schema: { type: 'string' },
  }
}

import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { JsonSchema } from '../../formats/format.ts'
import { headerCase, requestMeanings } from '../headers.ts'
import { fieldsOf, isRequired, type SchemaField, toJsonSchema } from '../json-schema.ts'
import type { OperationSource } from './document-source.ts'
import type { JsonObject } from './json-object.ts'
import { pascal } from './names.ts'
import { openSchema } from './undescribed.ts'

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
  const { query } = source.operation
  if (query !== undefined && toJsonSchema(query, 'input', source.convert) === undefined) return [anyParameters(query)]
  return described(source, query).map(({ name, schema, required }) => ({
    name: schema.type === 'array' ? `${name}[]` : name,
    in: 'query',
    ...(required && { required }),
    ...(schema.type === 'object' && { style: 'deepObject', explode: true }),
    schema,
  }))
}

/** Every member of such an object is a parameter of its own. */
function anyParameters(query: StandardSchemaV1): JsonObject {
  const { description } = openSchema(query)
  return { name: 'query', in: 'query', style: 'form', explode: true, schema: { type: 'object', description } }
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

function guardParameters({ operation: { idempotency, precondition } }: OperationSource): readonly JsonObject[] {
  const key = header('Idempotency-Key', idempotency)
  const match = header('If-Match', precondition)
  return [
    ...(idempotency === 'ignored' ? [] : [{ ...key, schema: { type: 'string', minLength: 1, maxLength: 255 } }]),
    ...(precondition === 'ignored' ? [] : [match]),
  ]
}

function header(name: keyof typeof requestMeanings, wanted: 'ignored' | 'optional' | 'required'): JsonObject {
  return {
    name,
    in: 'header',
    ...(wanted === 'required' && { required: true }),
    description: requestMeanings[name],
    schema: { type: 'string' },
  }
}

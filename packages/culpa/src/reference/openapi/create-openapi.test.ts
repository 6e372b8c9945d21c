import { expect, test } from 'vitest'
import { z } from 'zod'
import { documentedApi, documentedOperation, silentSchema } from '../testing.suite.ts'
import { createOpenapi } from './create-openapi.ts'
import { type JsonObject, objectAt } from './json-object.ts'

const found = documentedOperation('GET /v1/charges/:id')
const operationOf = (document: JsonObject, path: string, method = 'get') =>
  objectAt(objectAt(objectAt(document, 'paths'), path), method)
const schemasOf = (document: JsonObject) => objectAt(objectAt(document, 'components'), 'schemas')

test('codes that share a status are told apart by a discriminator, flat, under names of their own', () => {
  const api = documentedApi({ format: 'stripe' }, [found, 'resource_missing', 'parameter_invalid', 'parameter_missing'])
  const document = createOpenapi(api)
  const { 400: bad, 404: missing } = objectAt(operationOf(document, '/v1/charges/{id}'), 'responses')
  const schema = (answer: typeof bad) => objectAt(objectAt(objectAt(answer, 'content'), 'application/json'), 'schema')
  expect(objectAt(schema(bad), 'properties').error).toEqual({
    oneOf: [
      { $ref: '#/components/schemas/ParameterInvalidError' },
      { $ref: '#/components/schemas/ParameterMissingError' },
    ],
    discriminator: {
      propertyName: 'code',
      mapping: {
        parameter_invalid: '#/components/schemas/ParameterInvalidError',
        parameter_missing: '#/components/schemas/ParameterMissingError',
      },
    },
  })
  expect(objectAt(schema(missing), 'properties').error).toEqual({ $ref: '#/components/schemas/ResourceMissingError' })
  expect(schemasOf(document).ResourceMissingError).toMatchObject({
    title: 'ResourceMissingError',
    required: ['type', 'code', 'message', 'doc_url'],
    properties: { code: { const: 'resource_missing' }, type: { const: 'invalid_request_error' } },
  })
  expect(JSON.stringify(document)).not.toContain('allOf')
})

test('each code is a named example, in the member that its version has for it', () => {
  const api = documentedApi({}, [found, 'resource_missing'])
  for (const [version, member] of [
    ['3.1', 'value'],
    ['3.2', 'dataValue'],
  ] as const) {
    const document = createOpenapi(api, { version })
    expect(document.openapi).toMatch(new RegExp(`^${version}\\.\\d$`))
    const example = objectAt(objectAt(objectAt(document, 'components'), 'examples'), 'resource_missing')
    expect(example).toMatchObject({ summary: 'The resource does not exist.', [member]: { code: 'resource_missing' } })
  }
})

test('headers stand where HTTP asks for them', () => {
  const codes = ['api_key_invalid', 'permission_denied', 'rate_limited', 'unsupported_media_type', 'internal_error']
  const limited = documentedOperation('POST /v1/charges', {
    limit: ['writes'],
    idempotency: 'optional',
    precondition: 'optional',
  })
  const api = { ...documentedApi({}, [limited, ...codes]), cors: { origins: ['https://app.example.com'] } }
  const responses = objectAt(operationOf(createOpenapi(api), '/v1/charges', 'post'), 'responses')
  const headers = (status: string) => Object.keys(objectAt(responses[status], 'headers'))
  const always = ['Request-Id', 'RateLimit', 'RateLimit-Policy', 'Idempotent-Replayed', 'Access-Control-Allow-Origin']
  const failed = [...always, 'Error-Code', 'Link', 'Cache-Control']
  expect(headers('200').sort()).toEqual([...always, 'ETag'].sort())
  expect(headers('401').sort()).toEqual([...failed, 'WWW-Authenticate'].sort())
  expect(headers('403').sort()).toEqual([...failed, 'WWW-Authenticate'].sort())
  expect(headers('415').sort()).toEqual([...failed, 'Accept', 'Accept-Encoding'].sort())
  expect(headers('429').sort()).toEqual([...failed, 'Retry-After'].sort())
  expect(headers('500').sort()).toEqual(failed.sort())
  expect(objectAt(objectAt(objectAt(responses['401'], 'headers'), 'Error-Code'), 'schema').enum).toEqual([
    'api_key_invalid',
  ])
})

test('parameters come from the schemas and from the guards', () => {
  const operation = documentedOperation('PUT /v1/charges/:id', {
    params: z.object({ id: z.string().regex(/^ch_/) }),
    query: z.object({
      limit: z.coerce.number().int(),
      tags: z.array(z.string()).optional(),
      created: z.object({ gte: z.string() }).optional(),
    }),
    headers: { 'x-time-zone': z.string(), 'x-trace': z.string().optional(), accept: z.string() },
    idempotency: 'required',
    precondition: 'optional',
  })
  const { parameters } = operationOf(createOpenapi(documentedApi({}, [operation])), '/v1/charges/{id}', 'put')
  const told = [parameters ?? []].flat().map((one) => {
    const { name, in: place, required = false, style = '' } = one as JsonObject
    return [place, name, required, style].join(' ')
  })
  expect(told).toEqual([
    'path id true ',
    'query limit true ',
    'query tags[] false ',
    'query created false deepObject',
    'header X-Time-Zone true ',
    'header X-Trace false ',
    'header Idempotency-Key true ',
    'header If-Match false ',
  ])
})

test('a body is required where something in it is; a form writes what is nested in brackets', () => {
  const form = 'application/x-www-form-urlencoded'
  const body = z.object({
    amount: z.number(),
    metadata: z.record(z.string(), z.string()).optional(),
    source: z.union([z.string(), z.object({ number: z.string() })]).optional(),
  })
  const create = documentedOperation('POST /v1/charges', { body, consumes: [form] })
  const change = documentedOperation('PATCH /v1/charges', { body: z.object({ amount: z.number().optional() }) })
  const unknown = documentedOperation('PUT /v1/charges', { body: silentSchema })
  const document = createOpenapi(documentedApi({}, [create], [change], [unknown]))
  const bodyOf = (method: string) => objectAt(operationOf(document, '/v1/charges', method), 'requestBody')
  expect(bodyOf('post').required).toBe(true)
  expect(Object.keys(objectAt(objectAt(objectAt(bodyOf('post'), 'content'), form), 'encoding'))).toEqual([
    'metadata',
    'source',
  ])
  expect(bodyOf('patch').required).toBeUndefined()
  expect(bodyOf('put')).toEqual({ required: true, content: { 'application/json': { schema: {} } } })
})

test('a schema that refers to itself becomes a component, its definitions beside it', () => {
  const Node = z.object({
    name: z.string(),
    get children() {
      return z.array(Node)
    },
  })
  const Money = z.object({ amount: z.number() }).meta({ id: 'Money' })
  const tree = documentedOperation('GET /tree', { returns: Node })
  const pair = documentedOperation('GET /pair', { returns: z.object({ paid: Money, owed: Money }) })
  const document = createOpenapi(documentedApi({}, [tree], [pair]))
  const text = JSON.stringify(document)
  const refs = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name)
  expect(refs.length).toBeGreaterThan(3)
  for (const name of refs) expect(Object.keys(schemasOf(document))).toContain(name)
  expect(text).not.toMatch(/\$defs|"\$ref":"#"/)
})

test('a success has the status of the table, or any of its class where the table has several', () => {
  const rows = { 400: { name: 'Bad', meaning: 'Bad.' }, 500: { name: 'Worse', meaning: 'Worse.' } }
  const created = { 200: { name: 'OK', meaning: 'Fine.' }, 201: { name: 'Created', meaning: 'Made.' } }
  const statusesOf = (statuses: Record<number, { name: string; meaning: string }>) =>
    Object.keys(
      objectAt(operationOf(createOpenapi(documentedApi({ statuses }, [found])), '/v1/charges/{id}'), 'responses'),
    )
  expect(statusesOf({ 200: created[200], ...rows })).toEqual(['200'])
  expect(statusesOf({ ...created, ...rows })).toEqual(['2XX'])
})

test('an operation that needs no key is open; one that does names its scopes', () => {
  const guarded = documentedOperation('POST /v1/charges', { scopes: ['charges:write'] })
  const document = createOpenapi(documentedApi({}, [guarded, 'api_key_missing'], [found]))
  expect(operationOf(document, '/v1/charges', 'post').security).toEqual([
    { bearer: ['charges:write'] },
    { apiKey: ['charges:write'] },
  ])
  expect(operationOf(document, '/v1/charges/{id}').security).toEqual([])
  expect(Object.keys(objectAt(objectAt(document, 'components'), 'securitySchemes'))).toEqual(['bearer', 'apiKey'])
})

test('operations whose names would be the same get a number', () => {
  const document = createOpenapi(
    documentedApi({}, [documentedOperation('GET /a/by-id')], [documentedOperation('GET /a/:id')]),
  )
  expect([operationOf(document, '/a/by-id').operationId, operationOf(document, '/a/{id}').operationId]).toEqual([
    'getAById',
    'getAById2',
  ])
})

import { expect, test } from 'vitest'
import type { ErrorDeclarations } from '../../contract/declaration.ts'
import { documentedApi, documentedOperation } from '../testing.suite.ts'
import { createOpenapi, type OpenapiOptions } from './create-openapi.ts'
import { type JsonObject, objectAt } from './json-object.ts'
import { mergeOpenapi } from './merge-openapi.ts'

const existing: JsonObject = {
  openapi: '3.1.0',
  servers: [{ url: 'https://api.example.com/v1/' }],
  'x-owner': 'payments',
  paths: {
    '/charges/{charge}': {
      parameters: [{ name: 'charge', in: 'path', required: true, schema: { type: 'string' } }],
      get: {
        responses: {
          404: { description: 'Not here.' },
          default: { description: 'Anything.' },
          200: { description: 'A charge.' },
        },
        operationId: 'getCharge',
      },
      'x-beta': true,
    },
    '/refunds': { get: { responses: { 200: { description: 'Refunds.' } } } },
  },
  info: { title: 'Payments', version: '7' },
  components: { schemas: { ResourceGoneError: { type: 'string' }, Charge: { type: 'object' } } },
}

function generated(message = 'The charge was removed.', options: OpenapiOptions = {}) {
  const errors: ErrorDeclarations = { charge_locked: { status: 409, message } }
  const get = documentedOperation('GET /v1/charges/:id')
  const remove = documentedOperation('DELETE /v1/charges/:id')
  const codes = ['resource_missing', 'resource_gone', 'charge_locked']
  return createOpenapi(documentedApi({ format: 'stripe', errors }, [get, ...codes], [remove, ...codes]), options)
}

/** Every value of a document at its place, with the order of the keys of each object. */
function placesOf(value: unknown, place = '#'): readonly [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[place, value]]
  const keys = Object.keys(value)
  return [[`${place} keys`, keys], ...Object.entries(value).flatMap(([key, one]) => placesOf(one, `${place}/${key}`))]
}

const answersOf = (document: JsonObject) =>
  objectAt(objectAt(objectAt(objectAt(document, 'paths'), '/charges/{charge}'), 'get'), 'responses')

test('what stands in the document stays: every value, in the same order of keys', () => {
  const before = structuredClone(existing)
  const after = new Map(placesOf(mergeOpenapi(existing, generated()).document))
  expect(existing).toEqual(before)
  for (const [place, value] of placesOf(existing)) {
    const kept = after.get(place)
    const keys = value as unknown[]
    expect(place.endsWith(' keys') ? (kept as unknown[]).filter((key) => keys.includes(key)) : kept, place).toEqual(
      value,
    )
  }
})

test('operations are found by method and path, behind the path of a server and whatever parameters are called', () => {
  const { document, missing, kept } = mergeOpenapi(existing, generated())
  expect(Object.keys(answersOf(document))).toEqual(['200', '404', '409', '410', 'default'])
  expect(missing).toEqual(['DELETE /v1/charges/{id}'])
  expect(kept).toEqual(['GET /charges/{charge} 404'])
})

test('only what the added answers need is added, and a taken name is left to its owner', () => {
  const { document } = mergeOpenapi(existing, generated())
  const schemas = objectAt(objectAt(document, 'components'), 'schemas')
  expect(Object.keys(schemas)).toEqual(['ResourceGoneError', 'Charge', 'ChargeLockedError', 'CulpaResourceGoneError'])
  expect(schemas.ResourceGoneError).toEqual({ type: 'string' })
  const refs = [...JSON.stringify(document).matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)]
  expect(refs.length).toBeGreaterThan(5)
  for (const [, kind = '', name = ''] of refs) {
    expect(objectAt(objectAt(document, 'components'), kind)[name], `${kind}/${name}`).toBeDefined()
  }
})

test('merging again changes nothing', () => {
  const { document } = mergeOpenapi(existing, generated())
  expect(JSON.stringify(mergeOpenapi(document, generated()).document)).toBe(JSON.stringify(document))
})

test('a later contract brings up to date what was added, and takes away what it lacks', () => {
  const { document } = mergeOpenapi(existing, generated('It is locked.'))
  expect(JSON.stringify(document)).toContain('It is locked.')
  const later = mergeOpenapi(document, generated('It is locked by an audit.')).document
  expect(JSON.stringify(later)).not.toContain('It is locked.')
  expect(JSON.stringify(later)).toContain('It is locked by an audit.')
  const none = createOpenapi(documentedApi({}, [documentedOperation('GET /v1/charges/:id'), 'internal_error']))
  const last = mergeOpenapi(later, none).document
  expect(Object.keys(answersOf(last))).toEqual(['200', '404', '500', 'default'])
  expect(JSON.stringify(last)).not.toContain('charge_locked')
})

test.each([
  ['3.0.3', {}, /Remedy: bring the document to OpenAPI 3.1 or 3.2/],
  ['3.2.0', {}, /Remedy: create them with version: '3.2'/],
  ['3.1.1', { version: '3.2' }, /Remedy: create them with version: '3.1'/],
] as const)('a document of %s does not take errors of another version', (openapi, options, remedy) => {
  expect(() => mergeOpenapi({ ...existing, openapi }, generated('No.', options))).toThrow(remedy)
})

test('a document without components and without answers gets both', () => {
  const bare = { openapi: '3.1.0', paths: { '/v1/charges/{id}': { get: {} } } }
  const { document } = mergeOpenapi(bare, generated())
  expect(
    Object.keys(objectAt(objectAt(objectAt(objectAt(document, 'paths'), '/v1/charges/{id}'), 'get'), 'responses')),
  ).toEqual(['404', '409', '410'])
  expect(Object.keys(document)).toEqual(['openapi', 'paths', 'components'])
})

import { validate } from '@hyperjump/json-schema/openapi-3-1'
import '@hyperjump/json-schema/openapi-3-2'
import { mergeOpenapi } from 'culpa/reference'
import { expect, test } from 'vitest'
import { documents } from './documents.ts'

/** What the official JSON Schema of a version finds, the schemas within the document included. */
async function verdictOn(version: string, document: object) {
  return validate(`https://spec.openapis.org/oas/${version}/schema-base`, JSON.parse(JSON.stringify(document)), 'BASIC')
}

test.each(documents)('the document of $name is valid OpenAPI $version', async ({ version, document }) => {
  expect(await verdictOn(version, document)).toEqual({ valid: true })
})

test.each(documents)('$name, OpenAPI $version: a document by hand is valid with the errors merged in', async (one) => {
  const { version, document } = one
  const paths = Object.entries(document.paths).map(([path, item]) => {
    const methods = Object.keys(item).map((method) => [method, { responses: { 200: { description: 'It worked.' } } }])
    return [path.replaceAll('{id}', '{which}'), Object.fromEntries(methods)]
  })
  const byHand = { openapi: document.openapi, info: document.info ?? {}, paths: Object.fromEntries(paths) }
  const merged = mergeOpenapi(byHand, document)
  expect(merged).toMatchObject({ missing: [], kept: [] })
  expect(await verdictOn(version, merged.document)).toEqual({ valid: true })
})

test.each(['3.1', '3.2'])(
  'the schema of %s would find a fault: in an answer, and in a schema within',
  async (version) => {
    const { document } = documents.find((one) => one.version === version) as (typeof documents)[number]
    const paths = { '/': { get: { responses: { 400: { description: 5 } } } } }
    expect(await verdictOn(version, { ...document, paths })).toMatchObject({ valid: false })
    const components = { schemas: { Wrong: { type: 'text' } } }
    expect(await verdictOn(version, { ...document, components })).toMatchObject({ valid: false })
  },
)

import { type Operation, operationsFor, reply } from 'culpa'
import type { ConsoleContract } from './console-contract.ts'
import { type PageFile, readPageFiles } from './page-files.ts'

/** Nothing runs but our own scripts, nothing is loaded from elsewhere, no text ever becomes markup. */
const securityHeaders = [
  [
    'content-security-policy',
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  ],
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['cache-control', 'no-cache'],
  ['vary', 'accept-encoding'],
] as const

/** The page and its files. */
export function pageOperations(contract: ConsoleContract): readonly Operation[] {
  const operation = operationsFor(contract)
  let files: ReadonlyMap<string, PageFile> | undefined

  function send(name: string, acceptEncoding: string | undefined) {
    files ??= readPageFiles()
    const file = files.get(name)
    if (file === undefined) throw contract.errors.resource_missing({ param: 'name' })
    const type = ['content-type', file.type] as const
    if (!/\bgzip\b/.test(acceptEncoding ?? '')) return reply(200, file.bytes, [type, ...securityHeaders])
    return reply(200, file.gzipped, [type, ['content-encoding', 'gzip'], ...securityHeaders])
  }

  const html = ['text/html']
  const anything = ['text/javascript', 'text/css', 'image/svg+xml']
  return [
    operation('GET /', {
      summary: 'The page',
      produces: html,
      errors: ['resource_missing'],
      handler: ({ request }) => send('index.html', request.header('accept-encoding')),
    }),
    operation('GET /console', {
      summary: 'The page, where the API has another one at /',
      produces: html,
      errors: ['resource_missing'],
      handler: ({ request }) => send('index.html', request.header('accept-encoding')),
    }),
    operation('GET /console/files/:name', {
      summary: 'A file of the page',
      produces: anything,
      errors: ['resource_missing'],
      handler: ({ params, request }) => send(params.name, request.header('accept-encoding')),
    }),
  ]
}

import { type Api, createApi, operationsFor, reply } from 'culpa'
import { createReference, referenceSite, type SiteFile, sitePolicy } from 'culpa/reference'
import { type Page, pathOf, usesPath } from './page.ts'

/**
 * The reference of an API, at the path of its contract's `docs`, so that the links of its errors resolve; nothing where
 * an API has operations there.
 */
export function referencePage(api: Api, parts: readonly Api[], baseUrl: string): Page | undefined {
  const docs = docsPath(api)
  if (docs === '' || usesPath(parts, docs)) return undefined
  const parent = docs.slice(0, docs.lastIndexOf('/') + 1)
  const site = referenceSite(createReference(api, { baseUrl }), { links: 'server' })
  const files = new Map(site.map((file) => [`${parent}${file.path}`, file]))
  return { owns: (path) => files.has(path), api: filesApi(api, docs, files) }
}

/** Path of a contract's `docs`, without a slash at its end. */
export function docsPath({ contract }: Api): string {
  return new URL(contract.docs, 'http://localhost').pathname.replace(/\/$/, '')
}

/** Refuses in the words of the same contract, so that its own links resolve too. */
function filesApi({ contract }: Api, docs: string, files: ReadonlyMap<string, SiteFile>): Api {
  const operation = operationsFor(contract)
  const produces = [...new Set([...files.values()].map(({ mediaType }) => mediaType.split(';', 1)[0] as string))]
  const page = {
    summary: 'A page of the reference',
    produces,
    errors: ['resource_missing'] as const,
    handler({ request, errors }: PageInput) {
      const file = files.get(pathOf(request.target))
      if (file === undefined) throw errors.resource_missing()
      return reply(200, new TextEncoder().encode(file.text), headersOf(file))
    },
  }
  const at = (path: string) => operation(`GET ${path as `/${string}`}`, page)
  return createApi({ contract, operations: [docs, `${docs}.md`, `${docs}.json`, `${docs}/:page`].map(at) })
}

interface PageInput {
  readonly request: { readonly target: string }
  readonly errors: { resource_missing(): Error }
}

function headersOf({ mediaType }: SiteFile) {
  return [
    ['content-type', mediaType],
    ['content-security-policy', sitePolicy],
    ['x-content-type-options', 'nosniff'],
    ['cache-control', 'no-cache'],
  ] as const
}

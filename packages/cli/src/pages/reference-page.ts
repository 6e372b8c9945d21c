import { type Api, createApi, type Log, operationsFor, reply } from 'culpa'
import { createReference, type ReferenceOptions, referenceSite, type SiteFile, sitePolicy } from 'culpa/reference'
import { formOf, formTypes } from './forms.ts'
import { type Page, pathOf, usesPath } from './page.ts'

export interface ReferencePageOptions extends ReferenceOptions {
  /** Everything that is served beside it: its paths are theirs. Default: the API alone. */
  readonly parts?: readonly Api[]
  /** Told of requests for the pages. Default: as of `createApi`. */
  readonly log?: Log
}

/**
 * The reference of an API, at the path of its contract's `docs`, so that the links of its errors resolve; nothing where
 * an API has operations there. A page's own address has all its forms, as `Accept` asks; `.md` and `.json` have one.
 * @example
 * const page = referencePage(api, { baseUrl: 'http://localhost:4000' })
 * await listen(withPages(api, page === undefined ? [] : [page]), { port: 4000 })
 */
export function referencePage(api: Api, options: ReferencePageOptions = {}): Page | undefined {
  const { parts = [api], log, ...about } = options
  const docs = docsPath(api)
  if (docs === '' || usesPath(parts, docs)) return undefined
  const parent = docs.slice(0, docs.lastIndexOf('/') + 1)
  const site = referenceSite(createReference(api, about), { links: 'server' })
  const files = new Map(site.map((file) => [`${parent}${file.path}`, file]))
  return { owns: (path) => files.has(path), api: filesApi(api, { docs, files, log }) }
}

/** Path of a contract's `docs`, without a slash at its end. */
function docsPath({ contract }: Api): string {
  return new URL(contract.docs, 'http://localhost').pathname.replace(/\/$/, '')
}

interface Served {
  readonly docs: string
  readonly files: ReadonlyMap<string, SiteFile>
  readonly log: Log | undefined
}

/** Refuses in the words of the same contract, so that its own links resolve too. */
function filesApi({ contract }: Api, { docs, files, log }: Served): Api {
  const operation = operationsFor(contract)
  const page = {
    summary: 'A page of the reference',
    errors: ['resource_missing'] as const,
    handler({ request, errors }: PageInput) {
      const path = pathOf(request.target)
      const form = files.get(path)?.mediaType.startsWith('text/html') ? formOf(request.header('accept')) : ''
      const file = files.get(path + form)
      if (file === undefined) throw errors.resource_missing()
      return reply(200, new TextEncoder().encode(file.text), headersOf(file))
    },
  }
  const produces = [...new Set([...files.values()].map(({ mediaType }) => mediaType.split(';', 1)[0] as string))]
  const at = (path: string, types: readonly string[]) =>
    operation(`GET ${path as `/${string}`}`, { ...page, produces: types })
  return createApi({
    contract,
    operations: [
      at(docs, formTypes),
      at(`${docs}.md`, produces),
      at(`${docs}.json`, produces),
      at(`${docs}/:page`, produces),
    ],
    ...(log !== undefined && { log }),
  })
}

interface PageInput {
  readonly request: { readonly target: string; header(name: string): string | undefined }
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

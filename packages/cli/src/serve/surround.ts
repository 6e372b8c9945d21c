import type { Api, Contract, Handling, Log, Metrics } from 'culpa'
import type { LoadedApi } from '../load-api.ts'
import { type Page, withPages } from '../pages/page.ts'
import { referencePage } from '../pages/reference-page.ts'
import type { LiveLog } from './live-page.ts'
import { metricsApi, metricsPath } from './metrics-page.ts'

/** What stands beside an API, and who is told of its requests. */
export interface Surroundings {
  /** Where the server listens. */
  readonly url: string
  readonly logs: readonly Log[]
  /** Served at `/metrics`. */
  readonly metrics: Metrics | undefined
  /** Served at `/`. */
  readonly live: LiveLog | undefined
}

/** The API with everything that stands beside it. */
export function surround({ handling, parts }: LoadedApi, { url, logs, metrics, live }: Surroundings): Handling {
  const pages: Page[] = parts.flatMap((part) => referencePage(part, { parts, baseUrl: url }) ?? [])
  if (metrics !== undefined) {
    pages.push({ owns: (path) => path === metricsPath, api: metricsApi(contractOf({ parts }), metrics) })
  }
  for (const api of [...parts, ...pages.map((page) => page.api)]) for (const log of logs) api.watch(log)
  const whole = withPages(handling, pages)
  return live === undefined ? whole : live(whole, { parts, url })
}

/** What stands beside the API refuses in the words of its first contract. */
export function contractOf({ parts }: Pick<LoadedApi, 'parts'>): Contract {
  // A module without an API is refused when it is loaded.
  return (parts[0] as Api).contract
}

import type { Api, Handling } from 'culpa'

/** As many requests are kept, in memory: what must last belongs into the access log. */
const maxRows = 10_000

/** Puts the page with the live log before an API, at `/` and `/console`. */
export type LiveLog = (api: Handling, shown: { readonly parts: readonly Api[]; readonly url: string }) => Handling

/** Makes ready what the page needs. */
export async function liveLog(): Promise<LiveLog> {
  // Only now: a server without the page needs no SQLite.
  const { createConsole, openLog } = await import('../console/create-console.ts')
  return (api, { parts, url }) => {
    const { log } = openLog(':memory:', { maxRows })
    const title = parts.map(({ contract }) => contract.name).join(', ')
    const systems = parts.map((part) => ({ api: part }))
    return createConsole({ title, systems, log, origin: url }).mount(api)
  }
}

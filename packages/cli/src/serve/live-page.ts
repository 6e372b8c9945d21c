import type { Api, Handling } from 'culpa'
import { createConsole } from '../console/create-console.ts'

/** As many requests are kept, in memory: what must last belongs into the access log. */
const maxRows = 10_000

/** Puts the page with the live log before an API, at `/` and `/console`. */
export type LiveLog = (api: Handling, shown: { readonly parts: readonly Api[]; readonly url: string }) => Handling

/** Makes ready what the page needs. */
export async function liveLog(): Promise<LiveLog> {
  // Only now: a server without the page needs no SQLite.
  const { DatabaseSync } = await import('node:sqlite')
  const { migrate, sqliteLog } = await import('culpa/sqlite')
  return (api, { parts, url }) => {
    const database = new DatabaseSync(':memory:')
    migrate(database)
    const title = parts.map(({ contract }) => contract.name).join(', ')
    const systems = parts.map((part) => ({ api: part }))
    return createConsole({ title, systems, log: sqliteLog(database, { maxRows }), origin: url }).mount(api)
  }
}

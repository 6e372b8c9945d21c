import { setTimeout as delay } from 'node:timers/promises'
import { type Handling, refusal } from 'culpa'
import { type Database, DatabaseAbsent } from './database/database.ts'
import type { System } from './system.ts'

const againMs = 500

/** Makes the systems' tables, keys and seeds, and keeps callers out until they are there. */
export interface Preparing {
  /** Refuses with 503 what would reach one of the systems, by their base paths, until all is prepared. */
  mount(whole: Handling, systems: Readonly<Record<string, unknown>>): Handling
  /**
   * Resolves when all is prepared, or when the database is not there: then it goes on trying.
   * @throws {Error} for what waiting does not mend
   */
  begin(): Promise<void>
  /** Ends the trying. */
  end(): Promise<void>
}

/** `note` is told when there is no database, and when it has come. */
export function openWhenPrepared(
  database: Database,
  systems: readonly System[],
  note: (text: string) => void,
): Preparing {
  const ending = new AbortController()
  let isPrepared = false
  let trying: Promise<void> | undefined

  /** False while there is no database. */
  async function prepare(): Promise<boolean> {
    try {
      await database.prepare()
      for (const system of systems) await system.prepare()
    } catch (error) {
      if (error instanceof DatabaseAbsent) return false
      throw error
    }
    isPrepared = true
    return true
  }

  async function goOnTrying(): Promise<void> {
    note('Postgres is not there: the systems answer 503 until it is.')
    let isThere = false
    while (!isThere && !ending.signal.aborted) {
      await delay(againMs, undefined, { signal: ending.signal }).catch(() => undefined)
      isThere = !ending.signal.aborted && (await prepare())
    }
    if (isThere) note('Postgres is there.')
  }

  return {
    mount: (whole, bases) => ({
      ...whole,
      handle(request) {
        const isOpen = isPrepared || !Object.keys(bases).some((base) => request.target.startsWith(`${base}/`))
        if (isOpen) return whole.handle(request)
        return whole.refuse(request, refusal('service_unavailable', { retryAfterSeconds: 1 }))
      },
    }),
    async begin() {
      if (await prepare()) return
      trying = goOnTrying().catch((error: Error) => note(error.message))
    },
    async end() {
      ending.abort()
      await trying
    },
  }
}

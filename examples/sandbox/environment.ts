import type { DatabaseSync } from 'node:sqlite'
import type { Log } from 'culpa'
import type { Processor } from './processor-client.ts'

/** What every system of the sandbox stands on. */
export interface Environment {
  /** Base of every link, as `http://localhost:4000`. */
  readonly origin: string
  readonly database: DatabaseSync
  readonly processor: Processor
  readonly log: Log
}

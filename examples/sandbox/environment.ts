import type { Log } from 'culpa'
import type { Database } from './database/database.ts'
import type { MaintenanceChange } from './maintenance-switch.ts'
import type { Processor } from './processor-client.ts'
import type { Shared } from './shared.ts'

/** What every system of the sandbox stands on. */
export interface Environment {
  /** Base of every link, as `http://localhost:4000`. */
  readonly origin: string
  readonly database: Database
  /** What processes share besides: limits, and what is known of keys. */
  readonly shared: Shared
  readonly processor: Processor
  /** How many processes serve the sandbox. */
  readonly processes: number
  /** Turns maintenance on or off in all of them; resolves when they have. */
  readonly spread: (change: MaintenanceChange) => Promise<void>
  readonly log: Log
}

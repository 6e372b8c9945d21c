import type { DatabaseSync } from 'node:sqlite'
import { Resources } from '../../resources.ts'
import type { Charge, Prospect } from './model.ts'

/** Where the capture API keeps what it made. */
export function captureTables(database: DatabaseSync) {
  return {
    prospects: new Resources<Prospect>(database, 'capture/prospect', 'pro'),
    charges: new Resources<Charge>(database, 'capture/charge', 'capch'),
  }
}

export type CaptureTables = ReturnType<typeof captureTables>

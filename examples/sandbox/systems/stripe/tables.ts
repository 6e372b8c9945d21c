import type { DatabaseSync } from 'node:sqlite'
import { Resources } from '../../resources.ts'
import type { Charge, Customer, Refund } from './model.ts'

/** Where the stripe API keeps what it made. */
export function stripeTables(database: DatabaseSync) {
  return {
    customers: new Resources<Customer>(database, 'stripe/customer', 'cus'),
    charges: new Resources<Charge>(database, 'stripe/charge', 'ch'),
    refunds: new Resources<Refund>(database, 'stripe/refund', 're'),
  }
}

export type StripeTables = ReturnType<typeof stripeTables>

import type { DatabaseSync } from 'node:sqlite'
import { Resources } from '../../resources.ts'
import type { Charge, Customer, Voucher } from './model.ts'

/** Where the convergegate API keeps what it made. */
export function convergegateTables(database: DatabaseSync) {
  return {
    customers: new Resources<Customer>(database, 'convergegate/customer', 'cgcus'),
    vouchers: new Resources<Voucher>(database, 'convergegate/voucher', 'cgvou'),
    charges: new Resources<Charge>(database, 'convergegate/charge', 'cgch'),
  }
}

export type ConvergegateTables = ReturnType<typeof convergegateTables>

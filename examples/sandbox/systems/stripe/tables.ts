import { Resources } from '../../resources.ts'
import type { Charge, Customer, Refund } from './model.ts'

export const customers = new Resources<Customer>('stripe/customer', 'cus')
export const charges = new Resources<Charge>('stripe/charge', 'ch')
export const refunds = new Resources<Refund>('stripe/refund', 're')

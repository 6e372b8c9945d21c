import { Resources } from '../../resources.ts'
import type { Charge, Customer, Voucher } from './model.ts'

export const customers = new Resources<Customer>('convergegate/customer', 'cgcus')
export const vouchers = new Resources<Voucher>('convergegate/voucher', 'cgvou')
export const charges = new Resources<Charge>('convergegate/charge', 'cgch')

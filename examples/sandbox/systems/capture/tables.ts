import { Resources } from '../../resources.ts'
import type { Charge, Prospect } from './model.ts'

export const prospects = new Resources<Prospect>('capture/prospect', 'pro')
export const charges = new Resources<Charge>('capture/charge', 'capch')

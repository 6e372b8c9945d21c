import { isApiError, type UntypedClient } from 'culpa/client'

export interface Order {
  readonly id: string
  readonly amount: number
}

/** Charges an order, once however often it is called; `unclear` where nobody knows whether it did. */
export async function pay(client: UntypedClient, order: Order): Promise<'paid' | 'declined' | 'unclear'> {
  const body = { amount: order.amount }
  const { ok, error } = await client.post('/v1/charges', { body, idempotencyKey: `charge_${order.id}` }).safe()
  if (ok) return 'paid'
  if (isApiError(error, 'card_declined')) return 'declined'
  if (error.outcome === 'unknown') return 'unclear'
  throw error
}

import { type ApiError, type Caller, isApiError, type Outcome, refusal, type Trace } from 'culpa'
import type { Work } from './database/work.ts'
import type { Environment } from './environment.ts'
import type { PaidCard, Payment, PaymentRequest } from './processor-client.ts'
import type { Resources } from './resources.ts'

/** What of a handler's input a payment needs. */
export interface PaymentInput {
  readonly signal: AbortSignal
  readonly trace: Trace
  step<Result>(name: string, run: (stepKey: string) => Promise<Result>): Promise<Result>
}

/** A value that only one payment of a tenant may have, taken before the money moves. */
export interface Reservation {
  readonly table: Resources<{ readonly owner: string }>
  readonly tenant: string
  readonly value: string
  readonly param: string
}

/**
 * Pays through the processor, once an idempotency key.
 * @throws {ApiError} `resource_exists` when the reserved value is taken; the failures of the processor
 */
export function pay(
  { processor, database }: Environment,
  { step, signal, trace }: PaymentInput,
  request: PaymentRequest,
  reservation?: Reservation,
): Promise<Payment | 'network_unreachable'> {
  return step('pay', async (key) => {
    if (reservation === undefined) return processor.pay(key, request, { signal, trace })
    await database.run(() => reserve(reservation, key))
    try {
      const payment = await processor.pay(key, request, { signal, trace })
      if (payment === 'network_unreachable' || payment.result === 'declined')
        await database.run(() => release(reservation))
      return payment
    } catch (error) {
      if (isHarmless(error)) await database.run(() => release(reservation))
      throw error
    }
  })
}

/** True when the processor did nothing: it was never reached, or said that it is down. */
function isHarmless(error: unknown): boolean {
  return isApiError(error, 'service_unavailable') || (isApiError(error) && error.noEffect)
}

/** The card of a payment. The processor always sends it, or so the writer of this line believed. */
export function cardOf(payment: Payment): PaidCard {
  const { brand, last4, fingerprint } = payment.card as PaidCard
  return { brand, last4, fingerprint: fingerprint.slice(0, 8) }
}

/**
 * Makes the `reconcile` of an operation that pays: it asks the processor what became of a payment nobody heard of
 * again; `record` writes down one that went through.
 */
export function reconcilePayment<Body, Result>(
  { processor }: Environment,
  record: (tenant: string, body: Body, payment: Payment) => Promise<Result>,
) {
  return async (
    { body, caller }: { readonly body: Body; readonly caller: Caller },
    stepKey: (step: string) => string,
  ): Promise<Outcome<Result>> => {
    const found = await processor.lookUp(stepKey('pay'))
    if (found.state === 'open') return { outcome: 'unknown' }
    if (found.state === 'absent' || found.payment.result === 'declined') return { outcome: 'nothing_happened' }
    return { outcome: 'finished', result: await record(caller.tenant, body, found.payment) }
  }
}

/** The refusal of an instrument that nobody issued. */
export function unknownInstrument(param: string): ApiError {
  return refusal('parameter_invalid', { param, message: `No such ${param}: use one of the documented test values.` })
}

function* reserve({ table, tenant, value, param }: Reservation, owner: string): Work<void> {
  if ((yield* table.insert(tenant, { owner }, { naturalKey: value })) !== undefined) return
  if ((yield* table.findByNaturalKey(tenant, value))?.data.owner !== owner) throw refusal('resource_exists', { param })
}

function* release({ table, tenant, value }: Reservation): Work<void> {
  const taken = yield* table.findByNaturalKey(tenant, value)
  if (taken !== undefined) yield* table.delete(taken.id)
}

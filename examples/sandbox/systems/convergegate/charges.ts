import { type Caller, operationsFor } from 'culpa'
import type { z } from 'zod'
import type { Work } from '../../database/work.ts'
import type { Environment } from '../../environment.ts'
import { cardOf, pay, reconcilePayment } from '../../payments.ts'
import type { Payment } from '../../processor-client.ts'
import { listAnswer, listOf, listQuery, owned, ownedErrors, paymentErrors, shownList } from '../../schemas.ts'
import { type ConvergegateContract, declineCodes } from './contract.ts'
import { NewCharge, ShownCharge, showCharge } from './model.ts'
import { charges, customers, vouchers } from './tables.ts'

type NewChargeBody = z.infer<typeof NewCharge>

/** Create, retrieve, list. A charge pays through the processor, so it runs in lease mode. */
export function chargeOperations(environment: Environment, contract: ConvergegateContract) {
  return [createCharge(environment, contract), ...chargeReads(environment, contract)]
}

function createCharge(environment: Environment, contract: ConvergegateContract) {
  const { database } = environment
  const operation = operationsFor(contract)
  const { parameter_invalid, resource_missing } = contract.errors

  async function recordCharge(tenant: string, body: NewChargeBody, payment: Payment) {
    const data = { ...body, account: cardOf(payment).fingerprint }
    return showCharge(await database.run(() => charges.insertOnce(tenant, data, chargeIdOf(payment))))
  }

  /** What the processor charges: the caller's own voucher, or a test instrument by its name. */
  function* instrumentOf({ voucher: given, amount, currency }: NewChargeBody, { tenant }: Caller): Work<string> {
    const voucher = yield* vouchers.find(given)
    if (voucher?.tenant !== tenant) {
      if (environment.processor.knows(given)) return given
      throw resource_missing({ param: 'voucher', message: 'There is no such voucher.' })
    }
    const { data } = voucher
    if (currency !== data.currency) {
      throw parameter_invalid({ param: 'currency', message: `The voucher is in ${data.currency}.` })
    }
    if (amount > data.amount) {
      throw parameter_invalid({ param: 'amount', message: `The voucher allows at most ${data.amount}.` })
    }
    return data.instrument
  }

  return operation('POST /convergegate/v1/charges', {
    summary: 'Charge a voucher',
    returns: ShownCharge,
    scopes: ['charges:write'],
    limit: 'writes',
    cost: 5,
    idempotency: 'optional',
    mode: 'lease',
    maxBodyBytes: 65_536,
    body: NewCharge,
    sensitive: ['voucher'],
    errors: ['voucher_declined', ...ownedErrors, ...paymentErrors],
    async handler({ body, caller, errors, ...input }) {
      const instrument = await database.run(function* () {
        yield* owned(customers, body.customer, caller, contract, 'customer')
        return yield* instrumentOf(body, caller)
      })
      const payment = await pay(environment, input, { amount: body.amount, currency: body.currency, instrument })
      if (payment === 'network_unreachable') throw errors.upstream_invalid({ noEffect: true })
      if (payment.result === 'declined') {
        const details = { charge_id: chargeIdOf(payment), decline_code: declineCodeOf(payment) }
        throw errors.voucher_declined({ param: 'voucher', details })
      }
      return recordCharge(caller.tenant, body, payment)
    },
    reconcile: reconcilePayment(environment, recordCharge),
  })
}

function chargeReads({ database }: Environment, contract: ConvergegateContract) {
  const operation = operationsFor(contract)
  return [
    operation('GET /convergegate/v1/charges/:id', {
      summary: 'Retrieve a charge',
      returns: ShownCharge,
      scopes: ['charges:read'],
      limit: 'reads',
      errors: [...ownedErrors],
      handler: async ({ params, caller }) =>
        showCharge(await database.run(() => owned(charges, params.id, caller, contract))),
    }),
    operation('GET /convergegate/v1/charges', {
      summary: 'List charges',
      returns: shownList(ShownCharge),
      scopes: ['charges:read'],
      limit: 'reads',
      query: listQuery,
      errors: ['resource_missing'],
      handler: async ({ query, caller }) =>
        listAnswer(await database.run(() => listOf(charges, caller, query)), showCharge),
    }),
  ]
}

function chargeIdOf(payment: Payment): string {
  return `cgch_${payment.id}`
}

/** The processor also declines for reasons of cards; here they all mean that the account must not pay. */
function declineCodeOf({ reason }: Payment): (typeof declineCodes)[number] {
  return declineCodes.find((code) => code === reason) ?? 'account_restricted'
}

import { type Caller, operationsFor } from 'culpa'
import type { z } from 'zod'
import type { Environment } from '../../environment.ts'
import { cardOf, pay, reconcilePayment } from '../../payments.ts'
import type { Payment } from '../../processor-client.ts'
import { listAnswer, listOf, listQuery, owned, ownedErrors, paymentErrors, shownList } from '../../schemas.ts'
import { type ConvergegateContract, declineCodes } from './contract.ts'
import { NewCharge, ShownCharge, showCharge } from './model.ts'
import type { ConvergegateTables } from './tables.ts'

type NewChargeBody = z.infer<typeof NewCharge>

/** Create, retrieve, list. A charge pays through the processor, so it runs in lease mode. */
export function chargeOperations(environment: Environment, contract: ConvergegateContract, tables: ConvergegateTables) {
  return [createCharge(environment, contract, tables), ...chargeReads(contract, tables)]
}

function createCharge(
  environment: Environment,
  contract: ConvergegateContract,
  { charges, customers, vouchers }: ConvergegateTables,
) {
  const operation = operationsFor(contract)
  const { parameter_invalid, resource_missing } = contract.errors

  function recordCharge(tenant: string, body: NewChargeBody, payment: Payment) {
    const data = { ...body, account: cardOf(payment).fingerprint }
    return showCharge(charges.insertOnce(tenant, data, chargeIdOf(payment)))
  }

  /** What the processor charges: the caller's own voucher, or a test instrument by its name. */
  function instrumentOf({ voucher: given, amount, currency }: NewChargeBody, { tenant }: Caller): string {
    const voucher = vouchers.find(given)
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
      owned(customers, body.customer, caller, contract, 'customer')
      const instrument = instrumentOf(body, caller)
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

function chargeReads(contract: ConvergegateContract, { charges }: ConvergegateTables) {
  const operation = operationsFor(contract)
  return [
    operation('GET /convergegate/v1/charges/:id', {
      summary: 'Retrieve a charge',
      returns: ShownCharge,
      scopes: ['charges:read'],
      limit: 'reads',
      errors: [...ownedErrors],
      handler: ({ params, caller }) => showCharge(owned(charges, params.id, caller, contract)),
    }),
    operation('GET /convergegate/v1/charges', {
      summary: 'List charges',
      returns: shownList(ShownCharge),
      scopes: ['charges:read'],
      limit: 'reads',
      query: listQuery,
      errors: ['resource_missing'],
      handler: ({ query, caller }) => listAnswer(listOf(charges, caller, query), showCharge),
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

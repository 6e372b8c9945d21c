import { operationsFor } from 'culpa'
import type { z } from 'zod'
import type { Environment } from '../../environment.ts'
import { cardOf, pay, type Reservation, reconcilePayment, unknownInstrument } from '../../payments.ts'
import type { Payment as ProcessorPayment } from '../../processor-client.ts'
import { listAnswer, listOf, listQuery, openlyOwnedErrors, owned, paymentErrors, shownList } from '../../schemas.ts'
import type { FieldErrorsContract } from './contract.ts'
import { answerPayment, NewPayment, type Payment, ShownPayment, showPayment, versionHeader } from './model.ts'
import { payments, references } from './tables.ts'

/** Create, retrieve, list. A payment goes through the processor, so creating one runs in lease mode. */
export function paymentOperations(environment: Environment, contract: FieldErrorsContract) {
  return [createPayment(environment, contract), ...paymentReads(environment, contract)]
}

function createPayment(environment: Environment, contract: FieldErrorsContract) {
  const { database } = environment
  const operation = operationsFor(contract)

  async function recordPayment(tenant: string, body: z.infer<typeof NewPayment>, payment: ProcessorPayment) {
    const data: Payment = {
      email: body.email,
      amount: body.amount,
      currency: body.currency,
      reference: body.reference ?? null,
      locked: false,
      card: cardOf(payment),
    }
    return answerPayment(await database.run(() => payments.insertOnce(tenant, data, `pay_${payment.id}`)))
  }

  function reservationOf(tenant: string, reference: string | undefined): Reservation | undefined {
    return reference === undefined ? undefined : { table: references, tenant, value: reference, param: 'reference' }
  }

  return operation('POST /field-errors/v1/payments', {
    summary: 'Create a payment',
    returns: ShownPayment,
    returnsHeaders: versionHeader,
    scopes: ['payments:write'],
    limit: 'writes',
    cost: 5,
    idempotency: 'optional',
    mode: 'lease',
    maxBodyBytes: 65_536,
    body: NewPayment,
    sensitive: ['source'],
    errors: ['payment_declined', 'resource_exists', ...paymentErrors],
    async handler({ body, caller, errors, ...input }) {
      const { amount, currency, source: instrument, reference } = body
      if (!environment.processor.knows(instrument)) throw unknownInstrument('source')
      const reservation = reservationOf(caller.tenant, reference)
      const payment = await pay(environment, input, { amount, currency, instrument }, reservation)
      if (payment === 'network_unreachable') throw errors.upstream_invalid({ noEffect: true })
      if (payment.result === 'declined') throw errors.payment_declined({ param: 'source' })
      return recordPayment(caller.tenant, body, payment)
    },
    reconcile: reconcilePayment(environment, recordPayment),
  })
}

function paymentReads({ database }: Environment, contract: FieldErrorsContract) {
  const operation = operationsFor(contract)
  return [
    operation('GET /field-errors/v1/payments/:id', {
      summary: 'Retrieve a payment',
      returns: ShownPayment,
      returnsHeaders: versionHeader,
      scopes: ['payments:read'],
      limit: 'reads',
      errors: [...openlyOwnedErrors],
      handler: async ({ params, caller }) =>
        answerPayment(await database.run(() => owned(payments, params.id, caller, contract))),
    }),
    operation('GET /field-errors/v1/payments', {
      summary: 'List payments',
      returns: shownList(ShownPayment),
      scopes: ['payments:read'],
      limit: 'reads',
      query: listQuery,
      errors: ['resource_missing'],
      handler: async ({ query, caller }) =>
        listAnswer(await database.run(() => listOf(payments, caller, query)), showPayment),
    }),
  ]
}

import { type Caller, operationsFor, refusal } from 'culpa'
import type { Resource } from '../../resources.ts'
import { openlyOwnedErrors, owned, shownDeleted } from '../../schemas.ts'
import type { FieldErrorsContract } from './contract.ts'
import {
  answerPayment,
  etagOf,
  type Payment,
  PaymentChanges,
  PaymentReplacement,
  ShownPayment,
  versionHeader,
} from './model.ts'
import type { FieldErrorsTables } from './tables.ts'

const changing = {
  scopes: ['payments:write'],
  limit: 'writes',
  idempotency: 'optional',
  maxBodyBytes: 65_536,
} as const
const changeErrors = ['resource_changed', 'resource_locked', ...openlyOwnedErrors] as const

/** Update, replace, delete, lock, unlock. All but the last refuse a locked payment. */
export function changeOperations(contract: FieldErrorsContract, tables: FieldErrorsTables) {
  return [...editOperations(contract, tables), ...lockOperations(contract, tables)]
}

function editOperations(contract: FieldErrorsContract, { payments }: FieldErrorsTables) {
  const operation = operationsFor(contract)
  const { unlocked, change, etag } = changer(contract, payments)
  return [
    operation('PATCH /field-errors/v1/payments/:id', {
      ...changing,
      summary: 'Update a payment',
      returns: ShownPayment,
      returnsHeaders: versionHeader,
      body: PaymentChanges,
      precondition: 'optional',
      etag,
      errors: [...changeErrors],
      handler({ params, body, caller, errors }) {
        const payment = unlocked(params.id, caller)
        if (body.version !== undefined && body.version !== payment.version) {
          throw errors.resource_changed({ param: 'version' })
        }
        const { email = payment.data.email, amount = payment.data.amount } = body
        return change(payment, { email, amount })
      },
    }),
    operation('PUT /field-errors/v1/payments/:id', {
      ...changing,
      summary: 'Replace a payment; If-Match says which version',
      returns: ShownPayment,
      returnsHeaders: versionHeader,
      body: PaymentReplacement,
      precondition: 'required',
      etag,
      errors: [...changeErrors],
      handler: ({ params, body, caller }) => change(unlocked(params.id, caller), body),
    }),
    operation('DELETE /field-errors/v1/payments/:id', {
      ...changing,
      summary: 'Delete a payment',
      returns: shownDeleted('payment'),
      errors: ['resource_locked', ...openlyOwnedErrors],
      handler({ params, caller }) {
        const { id } = unlocked(params.id, caller)
        payments.delete(id)
        return { id, object: 'payment', deleted: true }
      },
    }),
  ]
}

function lockOperations(contract: FieldErrorsContract, { payments }: FieldErrorsTables) {
  const operation = operationsFor(contract)
  const { unlocked, change } = changer(contract, payments)
  return [
    operation('POST /field-errors/v1/payments/:id/lock', {
      ...changing,
      summary: 'Lock a payment',
      returns: ShownPayment,
      returnsHeaders: versionHeader,
      errors: [...changeErrors],
      handler: ({ params, caller }) => change(unlocked(params.id, caller), { locked: true }),
    }),
    operation('POST /field-errors/v1/payments/:id/unlock', {
      ...changing,
      summary: 'Unlock a payment',
      returns: ShownPayment,
      returnsHeaders: versionHeader,
      errors: ['resource_changed', ...openlyOwnedErrors],
      handler({ params, caller }) {
        const payment = owned(payments, params.id, caller, contract)
        return payment.data.locked ? change(payment, { locked: false }) : answerPayment(payment)
      },
    }),
  ]
}

/** What the operations that change a payment share. */
function changer(contract: FieldErrorsContract, payments: FieldErrorsTables['payments']) {
  function unlocked(id: string, caller: Caller): Resource<Payment> {
    const payment = owned(payments, id, caller, contract)
    if (payment.data.locked) throw refusal('resource_locked', { param: 'id' })
    return payment
  }

  function change({ id, data, version }: Resource<Payment>, changes: Partial<Payment>) {
    if (!payments.update(id, { ...data, ...changes }, version)) throw refusal('resource_changed')
    return answerPayment(payments.find(id)!)
  }

  /** Nothing for a payment that the handler will refuse anyway. */
  function etag({ params, caller }: { params: Readonly<Record<string, string>>; caller: Caller }) {
    const payment = payments.find(params.id!)
    return payment?.tenant === caller.tenant && !payment.deleted ? etagOf(payment) : undefined
  }

  return { unlocked, change, etag }
}

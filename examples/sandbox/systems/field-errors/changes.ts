import { type Caller, type Operation, operationsFor, refusal } from 'culpa'
import type { Work } from '../../database/work.ts'
import type { Environment } from '../../environment.ts'
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
import { payments } from './tables.ts'

const changing = {
  scopes: ['payments:write'],
  limit: 'writes',
  idempotency: 'optional',
  maxBodyBytes: 65_536,
} as const
type EtagOf = NonNullable<Operation['etag']>

const changeErrors = ['resource_changed', 'resource_locked', ...openlyOwnedErrors] as const

/** Update, replace, delete, lock, unlock. All but the last refuse a locked payment. */
export function changeOperations(environment: Environment, contract: FieldErrorsContract) {
  return [...editOperations(environment, contract), ...lockOperations(environment, contract)]
}

function editOperations({ database }: Environment, contract: FieldErrorsContract) {
  const operation = operationsFor(contract)
  const unlocked = unlockedOf(contract)
  const etag: EtagOf = ({ params, caller, tx }) => database.run(() => currentEtag(params.id!, caller), tx)
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
      handler: ({ params, body, caller, errors, tx }) =>
        database.run(function* () {
          const payment = yield* unlocked(params.id, caller)
          if (body.version !== undefined && body.version !== payment.version) {
            throw errors.resource_changed({ param: 'version' })
          }
          const { email = payment.data.email, amount = payment.data.amount } = body
          return yield* change(payment, { email, amount })
        }, tx),
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
      handler: ({ params, body, caller, tx }) =>
        database.run(function* () {
          return yield* change(yield* unlocked(params.id, caller), body)
        }, tx),
    }),
    operation('DELETE /field-errors/v1/payments/:id', {
      ...changing,
      summary: 'Delete a payment',
      returns: shownDeleted('payment'),
      errors: ['resource_locked', ...openlyOwnedErrors],
      handler: ({ params, caller, tx }) =>
        database.run(function* () {
          const { id } = yield* unlocked(params.id, caller)
          yield* payments.delete(id)
          return { id, object: 'payment', deleted: true }
        }, tx),
    }),
  ]
}

function lockOperations({ database }: Environment, contract: FieldErrorsContract) {
  const operation = operationsFor(contract)
  const unlocked = unlockedOf(contract)
  return [
    operation('POST /field-errors/v1/payments/:id/lock', {
      ...changing,
      summary: 'Lock a payment',
      returns: ShownPayment,
      returnsHeaders: versionHeader,
      errors: [...changeErrors],
      handler: ({ params, caller, tx }) =>
        database.run(function* () {
          return yield* change(yield* unlocked(params.id, caller), { locked: true })
        }, tx),
    }),
    operation('POST /field-errors/v1/payments/:id/unlock', {
      ...changing,
      summary: 'Unlock a payment',
      returns: ShownPayment,
      returnsHeaders: versionHeader,
      errors: ['resource_changed', ...openlyOwnedErrors],
      handler: ({ params, caller, tx }) =>
        database.run(function* () {
          const payment = yield* owned(payments, params.id, caller, contract)
          return payment.data.locked ? yield* change(payment, { locked: false }) : answerPayment(payment)
        }, tx),
    }),
  ]
}

function unlockedOf(contract: FieldErrorsContract) {
  return function* unlocked(id: string, caller: Caller): Work<Resource<Payment>> {
    const payment = yield* owned(payments, id, caller, contract)
    if (payment.data.locked) throw refusal('resource_locked', { param: 'id' })
    return payment
  }
}

function* change({ id, data, version }: Resource<Payment>, changes: Partial<Payment>) {
  const changed = yield* payments.update(id, { ...data, ...changes }, version)
  if (changed === undefined) throw refusal('resource_changed')
  return answerPayment(changed)
}

/** Nothing for a payment that the handler will refuse anyway. */
function* currentEtag(id: string, caller: Caller): Work<string | undefined> {
  const payment = yield* payments.find(id)
  return payment?.tenant === caller.tenant && !payment.deleted ? etagOf(payment) : undefined
}

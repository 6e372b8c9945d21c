import { operationsFor } from 'culpa'
import type { z } from 'zod'
import type { Environment } from '../../environment.ts'
import { cardOf, pay, type Reservation, reconcilePayment, unknownInstrument } from '../../payments.ts'
import type { Payment } from '../../processor-client.ts'
import { owned, ownedErrors, paymentErrors } from '../../schemas.ts'
import type { CurrentsContract } from './contract.ts'
import { NewRun, type Run, runPrice, ShownRun, showRun } from './model.ts'
import { builds, projects, runs } from './tables.ts'

/** Create, cancel. A run is billed through the processor, so creating one runs in lease mode. */
export function runOperations(environment: Environment, contract: CurrentsContract) {
  const { database } = environment
  const operation = operationsFor(contract)

  async function recordRun(tenant: string, body: z.infer<typeof NewRun>, payment: Payment) {
    const { projectId, ciBuildId, branch = null } = body
    const data: Run = { projectId, ciBuildId, branch, state: 'running', card: cardOf(payment) }
    return showRun(await database.run(() => runs.insertOnce(tenant, data, `run_${payment.id}`)))
  }

  function reservationOf(tenant: string, { projectId, ciBuildId }: z.infer<typeof NewRun>): Reservation {
    return { table: builds, tenant, value: `${projectId}/${ciBuildId}`, param: 'ciBuildId' }
  }

  return [
    operation('POST /currents/v1/runs', {
      summary: 'Create a run',
      returns: ShownRun,
      scopes: ['runs:write'],
      limit: 'writes',
      cost: 5,
      idempotency: 'optional',
      mode: 'lease',
      maxBodyBytes: 65_536,
      body: NewRun,
      sensitive: ['paymentSource'],
      errors: ['run_not_billed', 'resource_exists', ...ownedErrors, ...paymentErrors],
      async handler({ body, caller, errors, ...input }) {
        await database.run(() => owned(projects, body.projectId, caller, contract, 'projectId'))
        const instrument = body.paymentSource
        if (!environment.processor.knows(instrument)) throw unknownInstrument('paymentSource')
        const reservation = reservationOf(caller.tenant, body)
        const payment = await pay(environment, input, { ...runPrice, instrument }, reservation)
        if (payment === 'network_unreachable') throw errors.upstream_invalid({ noEffect: true })
        if (payment.result === 'declined') {
          const message = `The run could not be billed (${payment.reason ?? 'generic_decline'}), so it was not created.`
          throw errors.run_not_billed({ param: 'paymentSource', message })
        }
        return recordRun(caller.tenant, body, payment)
      },
      reconcile: reconcilePayment(environment, recordRun),
    }),
    operation('POST /currents/v1/runs/:id/cancel', {
      summary: 'Cancel a run',
      returns: ShownRun,
      scopes: ['runs:write'],
      limit: 'writes',
      idempotency: 'optional',
      maxBodyBytes: 65_536,
      errors: ['resource_changed', ...ownedErrors],
      handler: ({ params, caller, errors, tx }) =>
        database.run(function* () {
          const { id, data, version } = yield* owned(runs, params.id, caller, contract)
          if (data.state !== 'running') throw errors.resource_changed({ message: `The run is ${data.state} already.` })
          const cancelled = yield* runs.update(id, { ...data, state: 'cancelled' }, version)
          if (cancelled === undefined) throw errors.resource_changed()
          return showRun(cancelled)
        }, tx),
    }),
  ]
}

import { operationsFor } from 'culpa'
import type { Environment } from '../../environment.ts'
import { unknownInstrument } from '../../payments.ts'
import type { ConvergegateContract } from './contract.ts'
import { NewVoucher, ShownVoucher, showVoucher } from './model.ts'
import { vouchers } from './tables.ts'

/** Create. A voucher is as good as money, so none is made without an idempotency key. */
export function voucherOperations({ processor, database }: Environment, contract: ConvergegateContract) {
  const operation = operationsFor(contract)
  return [
    operation('POST /convergegate/v1/vouchers', {
      summary: 'Create a voucher',
      returns: ShownVoucher,
      scopes: ['vouchers:write'],
      limit: 'writes',
      idempotency: 'required',
      maxBodyBytes: 65_536,
      body: NewVoucher,
      errors: ['parameter_invalid'],
      handler({ body, caller, tx }) {
        if (!processor.knows(body.instrument)) throw unknownInstrument('instrument')
        return database.run(function* () {
          return showVoucher((yield* vouchers.insert(caller.tenant, body))!)
        }, tx)
      },
    }),
  ]
}

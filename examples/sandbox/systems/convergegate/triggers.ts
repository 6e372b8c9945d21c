import { testKeys } from '../../test-keys.ts'
import { type Surface, stepMaker, type TriggerPlan } from '../../trigger.ts'

const customers = '/convergegate/v1/customers'
const vouchers = '/convergegate/v1/vouchers'
const charges = '/convergegate/v1/charges'
const charge = { customer: 'cgcus_ada', amount: 2000, currency: 'eur' }

export const convergegateSurface: Surface = {
  name: 'convergegate',
  keys: testKeys('cg'),
  list: customers,
  item: (id) => `${customers}/${id}`,
  deleted: 'cgcus_deleted',
  create: { path: customers, fields: { email: 'ada@example.com' }, required: 'email', unique: 'reference' },
  charge: { path: charges, fields: charge, instrument: 'voucher', tokens: 'vou' },
  contentType: 'application/json',
  write: (fields) => JSON.stringify(fields),
  expiredKey: 'sandbox-expired-answer',
}

const { send, get } = stepMaker(convergegateSurface)
const charging = (fields: object) => send('POST', charges, JSON.stringify({ ...charge, ...fields }))

/** Triggers of its own codes, and of the built-in ones that are different here. */
export const convergegateTriggers: Readonly<Record<string, TriggerPlan>> = {
  parameter_missing: [{ steps: [get(`${customers}/search`)] }],
  idempotency_key_missing: [{ steps: [send('POST', vouchers, JSON.stringify({ amount: 2000, currency: 'eur' }))] }],
  resource_missing: [
    { cause: 'no such id', steps: [get(`${customers}/cgcus_nobody`)] },
    { cause: 'the customer of another organisation', steps: [get(`${customers}/cgcus_of_another_org`)] },
    {
      cause: 'a charge for no such customer',
      steps: [charging({ customer: 'cgcus_nobody', voucher: 'vou_approved' })],
    },
    { cause: 'no such voucher', steps: [charging({ voucher: 'cgvou_nothing' })] },
    { cause: 'no customer with this reference', steps: [get(`${customers}/search?reference=nobody-{{unique}}`)] },
  ],
  voucher_declined: [
    'chargeDeclinedCustomerMismatch',
    'chargeDeclinedAccountDuplicated',
    'chargeDeclinedAccountRestricted',
    'chargeDeclinedCountryRestricted',
  ].map((name) => ({ cause: name, steps: [charging({ voucher: `vou_${name}` })] })),
  upstream_invalid: [
    { cause: 'the processor answers nonsense', steps: [charging({ voucher: 'vou_processorNonsense' })] },
    { cause: 'the network behind the processor is down', steps: [charging({ voucher: 'vou_networkDown' })] },
  ],
}

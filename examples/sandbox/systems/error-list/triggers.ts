import { testKeys } from '../../test-keys.ts'
import { type Surface, stepMaker, type TriggerPlan } from '../../trigger.ts'

const charges = '/error-list/v1/charges'
const fields = { amount: 2000, currency: 'usd' }

export const errorListSurface: Surface = {
  name: 'error-list',
  keys: testKeys('el'),
  list: charges,
  item: (id) => `${charges}/${id}`,
  deleted: 'chg_deleted',
  create: { path: charges, fields: { ...fields, source: 'tok_visa' }, required: 'amount', unique: 'description' },
  charge: { path: charges, fields, instrument: 'source' },
  contentType: 'application/json',
  write: JSON.stringify,
  expiredKey: 'sandbox-expired-answer',
}

const { send, get } = stepMaker(errorListSurface)
const charging = (changes: object) =>
  send('POST', charges, JSON.stringify({ ...fields, source: 'tok_visa', ...changes }))

/** Triggers of its own codes, and of the built-in ones that are different here. */
export const errorListTriggers: Readonly<Record<string, TriggerPlan>> = {
  parameter_missing: [{ steps: [get(`${charges}/search`)] }],
  resource_missing: [
    { cause: 'no such id', steps: [get(`${charges}/chg_nobody`)] },
    { cause: 'the charge of somebody else', steps: [get(`${charges}/chg_of_another_org`)] },
    { cause: 'no charge has the description', steps: [get(`${charges}/search?description=nothing-{{unique}}`)] },
  ],
  resource_exists: 'No value of a charge must be unique.',
  validation_failed: [
    { cause: 'several fields are wrong', steps: [charging({ amount: 'lots', currency: 'dollars' })] },
    {
      cause: 'a field is missing',
      steps: [send('POST', charges, JSON.stringify({ currency: 'usd', source: 'tok_visa' }))],
    },
  ],
  card_declined: ['chargeDeclined', 'chargeDeclinedInsufficientFunds', 'chargeDeclinedExpiredCard'].map((token) => ({
    cause: token,
    steps: [charging({ source: `tok_${token}` })],
  })),
  amount_too_small: [
    { cause: 'the amount alone', steps: [charging({ amount: 10 })] },
    { cause: 'amount and currency are both wrong', steps: [charging({ amount: 10, currency: 'chf' })] },
  ],
  currency_unsupported: [{ steps: [charging({ currency: 'chf' })] }],
}

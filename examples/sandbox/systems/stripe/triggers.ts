import { testKeys } from '../../test-keys.ts'
import { type Surface, stepMaker, type TriggerPlan } from '../../trigger.ts'

const write = (fields: Readonly<Record<string, unknown>>) =>
  new URLSearchParams(fields as Record<string, string>).toString().replaceAll('%7B%7Bunique%7D%7D', '{{unique}}')

export const stripeSurface: Surface = {
  name: 'stripe',
  keys: testKeys('sk'),
  list: '/v1/customers',
  item: (id) => `/v1/customers/${id}`,
  deleted: 'cus_deleted',
  create: { path: '/v1/customers', fields: { email: 'jenny@example.com' }, required: 'email', unique: 'id' },
  charge: { path: '/v1/charges', fields: { amount: '2000', currency: 'usd' }, instrument: 'source' },
  contentType: 'application/x-www-form-urlencoded',
  write,
  expiredKey: 'sandbox-expired-answer',
}

const { send, get } = stepMaker(stripeSurface)
const charging = (source: string, amount = '2000') =>
  send('POST', '/v1/charges', write({ amount, currency: 'usd', source }))

/** Triggers of its own codes, and of the built-in ones that are different here. */
export const stripeTriggers: Readonly<Record<string, TriggerPlan>> = {
  parameter_missing: [{ steps: [send('POST', '/v1/charges', write({ currency: 'usd', source: 'tok_visa' }))] }],
  validation_failed: [{ steps: [charging('tok_visa', 'lots')] }],
  resource_missing: [
    { cause: 'no such id', steps: [get('/v1/customers/cus_nobody')] },
    { cause: 'the customer of another account', steps: [get('/v1/customers/cus_of_another_org')] },
  ],
  card_declined: [
    'chargeDeclined',
    'chargeDeclinedInsufficientFunds',
    'chargeDeclinedLostCard',
    'chargeDeclinedStolenCard',
    'chargeDeclinedFraudulent',
  ].map((token) => ({ cause: token, steps: [charging(`tok_${token}`)] })),
  expired_card: [{ steps: [charging('tok_chargeDeclinedExpiredCard')] }],
  incorrect_cvc: [{ steps: [charging('tok_chargeDeclinedIncorrectCvc')] }],
  processing_error: [{ steps: [charging('tok_chargeDeclinedProcessingError')] }],
  card_network_unavailable: [{ steps: [charging('tok_networkDown')] }],
  amount_too_small: [{ steps: [charging('tok_visa', '10')] }],
  charge_already_refunded: [{ steps: [send('POST', '/v1/refunds', write({ charge: 'ch_refunded' }))] }],
  refund_exceeds_charge: [
    { steps: [send('POST', '/v1/refunds', write({ charge: 'ch_partly_refunded', amount: '600' }))] },
  ],
}

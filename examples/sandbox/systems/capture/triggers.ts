import { commonTriggers } from '../../common-triggers.ts'
import { testKeys } from '../../test-keys.ts'
import { type Surface, stepMaker, type TriggerPlan } from '../../trigger.ts'

const prospects = '/capture/v1/prospects'
const charges = '/capture/v1/charges'
const charge = { prospect: 'pro_1', amount: 2000, currency: 'usd' }

export const captureSurface: Surface = {
  name: 'capture',
  keys: testKeys('cap'),
  list: prospects,
  item: (id) => `${prospects}/${id}`,
  deleted: 'pro_deleted',
  create: { path: prospects, fields: { email: 'ada@example.com' }, required: 'email', unique: 'email' },
  charge: { path: charges, fields: charge, instrument: 'source' },
  contentType: 'application/json',
  write: (fields) => JSON.stringify(fields),
  expiredKey: 'sandbox-expired-answer',
}

const { send, get } = stepMaker(captureSurface)
const common = commonTriggers(captureSurface)
const charging = (fields: object) => send('POST', charges, JSON.stringify({ ...charge, ...fields }))
const creating = (email: string) =>
  send('POST', prospects, JSON.stringify({ email }), { 'idempotency-key': 'trigger-{{unique}}' })

/** Triggers of its own codes, and of the built-in ones that are different here. */
export const captureTriggers: Readonly<Record<string, TriggerPlan>> = {
  ...requestTriggers(),
  ...prospectTriggers(),
  ...conflictTriggers(),
  ...serverTriggers(),
  card_declined: [
    'chargeDeclined',
    'chargeDeclinedInsufficientFunds',
    'chargeDeclinedLostCard',
    'chargeDeclinedStolenCard',
    'chargeDeclinedExpiredCard',
    'chargeDeclinedIncorrectCvc',
    'chargeDeclinedProcessingError',
    'chargeDeclinedFraudulent',
  ].map((token) => ({ cause: token, steps: [charging({ source: `tok_${token}` })] })),
}

function requestTriggers(): Record<string, TriggerPlan> {
  return {
    parameter_missing: [{ cause: 'a search without its parameter', steps: [get(`${prospects}/search`)] }],
    parameter_invalid: [
      { cause: 'a parameter out of range', steps: [get(`${prospects}?limit=1000`)] },
      { cause: 'a card that nobody issued', steps: [charging({ source: 'tok_nobody' })] },
    ],
    body_malformed: because('body_malformed', 'a body that is not valid JSON'),
    api_key_missing: because('api_key_missing', 'no key in the request'),
    api_key_invalid: because('api_key_invalid', 'a key with a typing error'),
    api_key_revoked: because('api_key_revoked', 'a key that was revoked'),
    api_key_expired: because('api_key_expired', 'a key that has expired'),
    permission_denied: because('permission_denied', 'a key without the permission for the operation'),
    route_unknown: because('route_unknown', 'a typing error in the URL'),
    not_acceptable: [
      { cause: 'a prospect in another format than JSON', steps: [get(`${prospects}/pro_1`, { accept: 'text/html' })] },
    ],
    rate_limited: because('rate_limited', 'prospects asked for without a pause'),
  }
}

function prospectTriggers(): Record<string, TriggerPlan> {
  return {
    prospect_hidden: [
      { cause: 'a hidden prospect, asked for by no administrator', steps: [get(`${prospects}/pro_hidden`)] },
      { cause: 'a search for a hidden prospect', steps: [get(`${prospects}/search?email=hidden@example.com`)] },
      {
        cause: 'a charge for a hidden prospect',
        steps: [charging({ prospect: 'pro_hidden', source: 'tok_visa' })],
      },
    ],
    resource_missing: [
      { cause: 'no such id', steps: [get(`${prospects}/pro_nobody`)] },
      { cause: 'the prospect of another organisation', steps: [get(`${prospects}/pro_of_another_org`)] },
      { cause: 'no prospect with this address', steps: [get(`${prospects}/search?email={{unique}}@example.com`)] },
    ],
    resource_gone: because('resource_gone', 'the prospect was removed'),
    method_not_allowed: [
      { cause: 'a prospect accessed with a wrong method', steps: [send('PATCH', `${prospects}/pro_1`, '{}')] },
      { cause: 'the list of prospects accessed with a wrong method', steps: [send('PUT', prospects, '{}')] },
    ],
  }
}

function conflictTriggers(): Record<string, TriggerPlan> {
  return {
    resource_exists: because('resource_exists', 'the address belongs to another prospect'),
    idempotency_key_reused: [
      {
        cause: 'the same idempotency key with another body',
        steps: [creating('one-{{unique}}@example.com'), creating('two-{{unique}}@example.com')],
      },
    ],
    idempotency_in_progress: because('idempotency_in_progress', 'a retry that overtook its request'),
    idempotency_outcome_unknown: because(
      'idempotency_outcome_unknown',
      'a retry after a processor that never answered',
    ),
    idempotency_response_expired: because('idempotency_response_expired', 'a retry more than a day later'),
  }
}

function serverTriggers(): Record<string, TriggerPlan> {
  return {
    internal_error: because('internal_error', 'an error in the program of the server'),
    upstream_invalid: [
      { cause: 'the processor answers nonsense', steps: [charging({ source: 'tok_processorNonsense' })] },
      { cause: 'the network behind the processor is down', steps: [charging({ source: 'tok_networkDown' })] },
    ],
    maintenance: because('maintenance', 'planned maintenance'),
    service_unavailable: because('service_unavailable', 'the processor is down'),
    upstream_timeout: because('upstream_timeout', 'the processor never answers'),
  }
}

/** The common trigger of a code, with its cause in the words of this API. */
function because(code: string, cause: string): TriggerPlan {
  const plan = common[code]
  if (typeof plan !== 'object') throw new Error(`capture: there is no common trigger for ${code}`)
  return plan.map((trigger) => ({ ...trigger, cause }))
}

import { commonTriggers } from '../../common-triggers.ts'
import { testKeys } from '../../test-keys.ts'
import { type Surface, stepMaker, type TriggerPlan } from '../../trigger.ts'

const base = '/field-errors/v1'
const payments = `${base}/payments`
const fields = { email: 'jenny@example.com', amount: 2000 }

export const fieldErrorsSurface: Surface = {
  name: 'field-errors',
  keys: testKeys('fe'),
  list: payments,
  item: (id) => `${payments}/${id}`,
  deleted: 'pay_deleted',
  create: { path: payments, fields, required: 'email', unique: 'reference' },
  charge: { path: payments, fields, instrument: 'source' },
  contentType: 'application/json',
  write: JSON.stringify,
  expiredKey: 'sandbox-expired-answer',
}

const { send, get } = stepMaker(fieldErrorsSurface)
const sendJson = (method: string, path: string, body: object, headers: Record<string, string> = {}) =>
  send(method, path, JSON.stringify(body), headers)
const creating = (changes: object) => sendJson('POST', payments, { ...fields, ...changes })

/** What the common trigger of a code shows of this API's list of causes. */
const causes = {
  body_malformed: 'invalid JSON',
  api_key_missing: 'the Authorization header is missing',
  api_key_invalid: 'an unknown key',
  api_key_revoked: 'a revoked key',
  permission_denied: 'the key lacks the permission',
  resource_gone: 'the payment was deleted',
  resource_exists: 'a duplicate record',
  rate_limited: 'a burst of requests',
  internal_error: 'an exception in the handler',
  service_unavailable: 'a server that this one depends on is down',
  maintenance: 'maintenance',
  upstream_timeout: 'the upstream server does not answer',
}

/** Triggers of its own codes, and of the built-in ones that are different here: one for each cause the API documents. */
export const fieldErrorsTriggers: Readonly<Record<string, TriggerPlan>> = {
  ...commonWithCauses(),
  parameter_missing: [
    { cause: 'a query parameter is missing', steps: [get(`${base}/reports?from=2026-01-01`)] },
    { cause: 'a header is missing', steps: [get(`${base}/reports/daily`)] },
    { cause: 'a path parameter is missing', steps: [send('POST', `${payments}//lock`, null)] },
  ],
  parameter_invalid: [
    { cause: 'malformed data: a date that is none', steps: [get(`${base}/reports?from=yesterday&to=2026-01-31`)] },
    { cause: 'a parameter out of range', steps: [get(`${payments}?limit=1000`)] },
    { cause: 'a card that nobody issued', steps: [creating({ source: 'tok_nobodyIssuedThis' })] },
  ],
  resource_missing: [
    { cause: 'no such id', steps: [get(`${payments}/pay_nobody`)] },
    { cause: 'a malformed id', steps: [get(`${payments}/no-id-at-all!`)] },
  ],
  resource_forbidden: [
    { cause: 'the payment of another organisation', steps: [get(`${payments}/pay_of_another_org`)] },
  ],
  route_unknown: [{ cause: 'a mistyped URL', steps: [get(`${base}/paymets`)] }],
  method_not_allowed: [
    { cause: 'POST on a route that only answers GET', steps: [sendJson('POST', `${base}/reports`, {})] },
  ],
  resource_changed: [
    {
      cause: 'a lost race: somebody else changed the payment first',
      steps: [sendJson('PATCH', `${payments}/pay_changed`, { amount: 500, version: 1 })],
    },
  ],
  resource_locked: [
    {
      cause: 'locked twice',
      steps: [send('POST', `${payments}/pay_locked/lock`, null), send('POST', `${payments}/pay_locked/lock`, null)],
    },
    {
      cause: 'a change of a locked payment',
      steps: [
        send('POST', `${payments}/pay_locked/lock`, null),
        sendJson('PATCH', `${payments}/pay_locked`, { amount: 500 }),
      ],
    },
  ],
  validation_failed: [
    { cause: 'a field breaks several rules', steps: [creating({ email: '{{pad:80}}', amount: -0.5 })] },
    { cause: 'a field of the body is missing', steps: [sendJson('POST', payments, { amount: 2000 })] },
    { cause: 'a field has a wrong type', steps: [creating({ amount: 'lots' })] },
    { cause: 'a value is out of range', steps: [creating({ amount: 0 })] },
  ],
  precondition_failed: [
    { steps: [sendJson('PUT', `${payments}/pay_1`, fields, { 'if-match': '"of another version"' })] },
  ],
  precondition_required: [{ steps: [sendJson('PUT', `${payments}/pay_1`, fields)] }],
  upstream_invalid: [
    { cause: 'the upstream server answers nonsense', steps: [creating({ source: 'tok_processorNonsense' })] },
    { cause: 'the card network cannot be reached', steps: [creating({ source: 'tok_networkDown' })] },
  ],
  payment_declined: ['chargeDeclined', 'chargeDeclinedInsufficientFunds', 'chargeDeclinedExpiredCard'].map((token) => ({
    cause: token,
    steps: [creating({ source: `tok_${token}` })],
  })),
}

function commonWithCauses(): Record<string, TriggerPlan> {
  const common = commonTriggers(fieldErrorsSurface)
  const named = Object.entries(causes).map(([code, cause]): [string, TriggerPlan] => {
    const plan = common[code] as Exclude<TriggerPlan, string>
    return [code, plan.map((trigger) => ({ cause, ...trigger }))]
  })
  return Object.fromEntries(named)
}

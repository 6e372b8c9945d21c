import { type Surface, stepMaker, type TriggerPlan, type TriggerStep } from './trigger.ts'

function token({ charge }: Surface, name: string): string {
  return `${charge.tokens ?? 'tok'}_${name}`
}

/** Triggers of the built-in codes, for a system with this surface. A system replaces what is different with it. */
export function commonTriggers(surface: Surface): Record<string, TriggerPlan> {
  return {
    ...wireTriggers(surface),
    ...keyTriggers(surface),
    ...requestTriggers(surface),
    ...idempotencyTriggers(surface),
    ...upstreamTriggers(surface),
  }
}

function wireTriggers(surface: Surface): Record<string, TriggerPlan> {
  const { get, send } = stepMaker(surface)
  const { name, list, keys, create } = surface
  const raw = (text: string): TriggerStep => ({ method: 'GET', path: list, headers: {}, body: null, raw: text })
  const stalled = [
    `POST ${create.path} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${keys.full}`,
    `Content-Type: ${surface.contentType}`,
    'Content-Length: 100',
    '',
    'x',
  ].join('\r\n')
  const maintenance = (on: boolean): TriggerStep => ({
    method: 'PUT',
    path: '/sandbox/maintenance',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(on ? { system: name, on, retry_after: 120 } : { system: name, on }),
  })
  return {
    request_malformed: [{ steps: [raw(`GET ${list} HTTP/1.1\r\nHost: one\r\nHost: two\r\n\r\n`)] }],
    request_timeout: [{ steps: [raw(stalled)] }],
    headers_too_large: [{ steps: [get(list, { 'x-padding': '{{pad:20000}}' })] }],
    target_too_long: [{ steps: [get(`${list}?padding={{pad:9000}}`)] }],
    body_too_large: [{ steps: [send('POST', create.path, '{{pad:70000}}')] }],
    expectation_failed: [{ steps: [send('POST', create.path, surface.write(create.fields), { expect: 'miracles' })] }],
    route_unknown: [{ steps: [get(`${list}/and/nothing/else`)] }],
    method_not_allowed: [{ steps: [send('DELETE', list, null)] }],
    maintenance: [{ steps: [maintenance(true), get(list)], cleanup: [maintenance(false)] }],
    not_acceptable: [{ steps: [get(list, { accept: 'text/html' })] }],
    unsupported_media_type: [
      {
        cause: 'a body of another type',
        steps: [send('POST', create.path, 'name=x', { 'content-type': 'text/plain' })],
      },
      {
        cause: 'a compressed body',
        steps: [send('POST', create.path, surface.write(create.fields), { 'content-encoding': 'gzip' })],
      },
    ],
  }
}

function keyTriggers(surface: Surface): Record<string, TriggerPlan> {
  const { get, send } = stepMaker(surface)
  const { list, keys, create, charge } = surface
  return {
    api_key_missing: [{ steps: [get(list, {}, null)] }],
    api_key_invalid: [{ steps: [get(list, {}, `${keys.full.slice(0, -1)}_`)] }],
    api_key_revoked: [{ steps: [get(list, {}, keys.revoked)] }],
    api_key_expired: [{ steps: [get(list, {}, keys.expired)] }],
    credentials_ambiguous: [{ steps: [get(list, { 'x-api-key': keys.admin })] }],
    organization_suspended: [{ steps: [get(list, {}, keys.suspended)] }],
    permission_denied: [{ steps: [send('POST', create.path, surface.write(create.fields), {}, keys.read_only)] }],
    rate_limited: [{ steps: [{ ...get(list, {}, keys.trial), concurrent: 12 }] }],
    cost_exceeds_limit: [
      {
        steps: [
          send(
            'POST',
            charge.path,
            surface.write({ ...charge.fields, [charge.instrument]: token(surface, 'visa') }),
            {},
            keys.trial,
          ),
        ],
      },
    ],
  }
}

function requestTriggers(surface: Surface): Record<string, TriggerPlan> {
  const { get, send } = stepMaker(surface)
  const { list, item, create } = surface
  const { [create.required]: _left, ...incomplete } = create.fields
  const once = surface.write({ ...create.fields, [create.unique]: 'twice-{{unique}}' })
  return {
    resource_missing: [{ steps: [get(item('nobody_has_this_id'))] }],
    resource_gone: [{ steps: [get(item(surface.deleted))] }],
    resource_forbidden:
      'This API does not tell that another organisation has the resource: it answers resource_missing.',
    resource_exists: [{ steps: [send('POST', create.path, once), send('POST', create.path, once)] }],
    resource_changed: 'No operation of this API changes a resource.',
    resource_locked: 'No operation of this API locks a resource.',
    body_malformed: [
      { steps: [send('POST', create.path, surface.contentType.includes('json') ? '{"name": ' : 'name=%zz')] },
    ],
    parameter_invalid: [{ steps: [get(`${list}?limit=1000`)] }],
    parameter_unknown: [{ steps: [get(`${list}?colour=red`)] }],
    validation_failed: [{ steps: [send('POST', create.path, surface.write(incomplete))] }],
    precondition_failed: 'No operation of this API has preconditions.',
    precondition_required: 'No operation of this API has preconditions.',
  }
}

function idempotencyTriggers(surface: Surface): Record<string, TriggerPlan> {
  const { send } = stepMaker(surface)
  const { create, charge, expiredKey } = surface
  const keyed = { 'idempotency-key': 'trigger-{{unique}}' }
  const charging = (instrument: string) =>
    send('POST', charge.path, surface.write({ ...charge.fields, [charge.instrument]: instrument }), keyed)
  return {
    idempotency_key_missing: 'No operation of this API requires an idempotency key.',
    idempotency_key_malformed: [
      { steps: [send('POST', create.path, surface.write(create.fields), { 'idempotency-key': 'two words' })] },
    ],
    idempotency_key_reused: [{ steps: [charging(token(surface, 'visa')), charging(token(surface, 'mastercard'))] }],
    idempotency_in_progress: [{ steps: [{ ...charging(token(surface, 'processorSlow')), concurrent: 2 }] }],
    idempotency_outcome_unknown: [
      { steps: [charging(token(surface, 'processorSilent')), charging(token(surface, 'processorSilent'))] },
    ],
    idempotency_response_expired: [{ steps: [expiredStep(surface, expiredKey)] }],
  }
}

/** The request whose recorded answer has expired; the sandbox makes it once, a day in the past. */
export function expiredStep(surface: Surface, key: string): TriggerStep {
  const { create } = surface
  const fields = { ...create.fields, [create.unique]: 'expired-answer' }
  return stepMaker(surface).send('POST', create.path, surface.write(fields), { 'idempotency-key': key })
}

function upstreamTriggers(surface: Surface): Record<string, TriggerPlan> {
  const { send } = stepMaker(surface)
  const { charge } = surface
  const charging = (instrument: string): TriggerPlan => [
    { steps: [send('POST', charge.path, surface.write({ ...charge.fields, [charge.instrument]: instrument }))] },
  ]
  return {
    internal_error: charging(token(surface, 'processorIncomplete')),
    upstream_invalid: charging(token(surface, 'processorNonsense')),
    service_unavailable: charging(token(surface, 'processorDown')),
    upstream_timeout: charging(token(surface, 'processorSilent')),
  }
}

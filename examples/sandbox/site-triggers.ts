import type { Trigger, TriggerStep } from './trigger.ts'

function put(body: string, headers: Readonly<Record<string, string>> = {}): TriggerStep {
  const type = { 'content-type': 'application/json' }
  return { method: 'PUT', path: '/sandbox/maintenance', headers: { ...type, ...headers }, body }
}

function trigger(status: number, code: string, step: TriggerStep): Trigger {
  return { code, status, steps: [step] }
}

const off = '{"system":"stripe","on":false}'

/** How to provoke the codes of the sandbox's own operations. */
export const siteTriggers: readonly Trigger[] = [
  trigger(400, 'body_malformed', put('{"system": ')),
  trigger(403, 'origin_foreign', put(off, { origin: 'https://elsewhere.example' })),
  trigger(404, 'route_unknown', { method: 'GET', path: '/nothing', headers: {}, body: null }),
  trigger(404, 'system_unknown', put('{"system":"nothing","on":true}')),
  trigger(405, 'method_not_allowed', { method: 'DELETE', path: '/sandbox.json', headers: {}, body: null }),
  trigger(406, 'not_acceptable', {
    method: 'GET',
    path: '/sandbox.json',
    headers: { accept: 'image/png' },
    body: null,
  }),
  trigger(415, 'unsupported_media_type', put('on', { 'content-type': 'text/plain' })),
  trigger(422, 'validation_failed', put('{"system":"stripe"}')),
]

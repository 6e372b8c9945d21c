import fc from 'fast-check'
import { anyBody, anyCut, anyFields } from './fuzz-body.ts'
import { anyHeaders } from './fuzz-headers.ts'
import { anyId, anyMethod, anyQuery, anyTarget } from './fuzz-target.ts'
import type { DescribedSystem } from './live-sandbox.ts'
import type { WireRequest } from './wire.ts'

/** Any request to a system: from almost right to hardly a request. Every one is whole, so that it must be answered. */
export function anyRequest(system: DescribedSystem): fc.Arbitrary<WireRequest> {
  return fc
    .record({
      routed: fc.oneof(routedRequest(system), describedRequest(system)),
      method: anyMethod,
      target: anyTarget(system),
      headers: anyHeaders(system),
      body: anyBody,
    })
    .chain(({ routed, ...free }) =>
      fc.record({
        method: fc.oneof({ weight: 6, arbitrary: fc.constant(routed.method) }, fc.constant(free.method)),
        path: fc.oneof({ weight: 4, arbitrary: fc.constant(routed.path) }, fc.constant(free.target)),
        headers: fc.constant({ ...routed.headers, ...free.headers }),
        body: fc.oneof({ weight: 4, arbitrary: fc.constant(routed.body ?? null) }, fc.constant(free.body)),
      }),
    )
}

/** An operation of the system, called with ids, queries and fields that are right or nearly so. */
function routedRequest(system: DescribedSystem): fc.Arbitrary<WireRequest> {
  const { full = '' } = system.keys
  const type = system.name === 'stripe' ? 'application/x-www-form-urlencoded' : 'application/json'
  const write = system.name === 'stripe' ? toForm : (fields: object) => JSON.stringify(fields)
  return fc
    .record({
      operation: fc.constantFrom(...system.operations),
      id: anyId,
      query: anyQuery,
      fields: anyFields,
      cut: anyCut,
    })
    .map(({ operation, id, query, fields, cut }) => {
      const [method = 'GET', template = '/'] = operation.operation.split(' ')
      const body = method === 'GET' ? null : cut(write(fields))
      return {
        method,
        path: `${template.replace(/:\w+/g, id)}${query}`,
        headers: { authorization: `Bearer ${full}`, ...(body !== null && { 'content-type': type }) },
        body,
      }
    })
}

/** Fields as Stripe's clients write them: `a=1`, `a[b]=1`, `a[0]=1`. */
function toForm(fields: object): string {
  return pairsOf(fields, '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
}

function pairsOf(value: unknown, name: string): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[name.toWellFormed(), String(value).toWellFormed()]]
  return Object.entries(value).flatMap(([key, one]) => pairsOf(one, name === '' ? key : `${name}[${key}]`))
}

/** A request that the system describes for its triggers, as it is or with a body that met something on its way. */
function describedRequest({ base, triggers }: DescribedSystem): fc.Arbitrary<WireRequest> {
  const steps = triggers
    .flatMap(({ steps: own = [] }) => own)
    .filter(({ raw, path }) => raw === undefined && path.startsWith(`${base}/`))
    .filter((step) => !/processor(Silent|Late|Slow)|\{\{pad/.test(JSON.stringify(step)))
  return fc.record({ step: fc.constantFrom(...steps), unique: fc.uuid(), cut: anyCut }).map(({ step, unique, cut }) => {
    const { method, path, headers, body } = JSON.parse(
      JSON.stringify(step).replaceAll('{{unique}}', unique),
    ) as WireRequest
    return { method, path, headers: { ...headers }, body: typeof body === 'string' ? cut(body) : null }
  })
}

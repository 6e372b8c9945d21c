import type { DocumentedSystem } from './documented.ts'
import { envelopeProblems } from './envelope.ts'
import type { WireAnswer } from './wire.ts'

/** Everything that is wrong with a failed answer of a system: its envelope and the headers that HTTP and culpa ask for. */
export function refusalProblems(system: DocumentedSystem, answer: WireAnswer, isHead = false): string[] {
  const { status, headers } = answer
  const code = headers['error-code'] ?? ''
  return [
    ...(system.errorStatuses.includes(status) ? [] : [`status ${status} is not in the table of ${system.name}`]),
    ...headerProblems(answer, isHead),
    ...(isHead ? [] : envelopeProblems(system, status, code, answer.body)),
    ...docUrlProblems(system, answer, isHead),
  ]
}

/** What is missing of the headers that a failure must have, whatever its system. */
export function headerProblems({ status, lines, headers, bodyBytes }: WireAnswer, isHead = false): string[] {
  const problems: string[] = []
  const need = (name: string, pattern: RegExp) => {
    const value = headers[name]
    if (value === undefined) problems.push(`${status} without ${name}`)
    else if (!pattern.test(value)) problems.push(`${status} with ${name}: ${value}`)
  }
  const code = headers['error-code'] ?? ''
  need('request-id', /^[\w-]{8,}$/)
  need('error-code', /^[a-z][a-z0-9_]*$/)
  need('link', new RegExp(`^<(https?:/)?/[^>]+/errors/${code}>; rel="help"$`))
  need('cache-control', /^no-store$/)
  need('x-content-type-options', /^nosniff$/)
  need('content-type', /^application\/(problem\+)?json$/)
  need('content-length', isHead ? /^\d+$/ : new RegExp(`^${bodyBytes}$`))
  if (status === 405 || code === 'method_not_allowed') need('allow', /^([A-Z]+(, [A-Z]+)*)?$/)
  if (status === 401) need('www-authenticate', /^Bearer realm="[^"]+"/)
  if (status === 429 || status === 503 || code === 'rate_limited') need('retry-after', /^[1-9]\d*$/)
  if (code === 'rate_limited') {
    need('ratelimit', /^"\w+";r=\d+;t=\d+/)
    need('ratelimit-policy', /^"\w+";q=\d+;w=\d+/)
  }
  if (code === 'unsupported_media_type') {
    if (headers['accept-encoding'] === undefined) need('accept', /^[\w.+/-]+(, [\w.+/-]+)*$/)
  }
  const names = lines.map(([name]) => name)
  const twice = names.filter((name, index) => names.indexOf(name) !== index)
  return [...problems, ...twice.map((name) => `${name} stands twice`)]
}

function docUrlProblems({ name }: DocumentedSystem, { headers, body }: WireAnswer, isHead: boolean): string[] {
  const page = /^<([^>]+)>/.exec(headers.link ?? '')?.[1] ?? ''
  if (!new URL(page, 'http://none').pathname.startsWith(`/${name}/errors/`)) return [`help for ${name} lies at ${page}`]
  if (name !== 'stripe' || isHead) return []
  return body.includes(`"doc_url":${JSON.stringify(page)}`) ? [] : ['doc_url is not the page of the Link header']
}

import { documentedSystem, documentedSystems } from './documented.ts'
import { schemaProblems } from './envelope.ts'
import { asksForFailure } from './fuzz-body.ts'
import { leaksOf } from './leaks.ts'
import type { LiveSandbox } from './live-sandbox.ts'
import { headerProblems, refusalProblems } from './refusal.ts'
import type { WireAnswer, WireRequest } from './wire.ts'

const pageType = 'text/html; charset=utf-8'

/** Judges answers to any request: what is wrong with one, in words. */
export type Judge = (request: WireRequest, answer: WireAnswer) => string[]

export function judgeOf(sandbox: LiveSandbox): Judge {
  const declared = new Map(
    sandbox.systems.map(({ name, triggers }) => {
      const possible = triggers.filter(({ cannot }) => cannot === undefined)
      return [name as string, new Set(possible.map(({ status, code }) => `${status} ${code}`))]
    }),
  )
  return (request, answer) => {
    const { status } = answer
    const problems = status < 400 ? successProblems(request, answer) : failureProblems(declared, request, answer)
    if (status >= 500 && !asksForFailure(request)) problems.push(`${status} without a cause`)
    // The page at the root names its own scripts; it is a file, and holds nothing of a request.
    const isPage = status === 200 && systemOf(request.path) === undefined && answer.headers['content-type'] === pageType
    return isPage ? problems : [...problems, ...leaksOf(answer, sandbox.secrets)]
  }
}

/** What a failure on its own breaks, whichever system it came from. */
export function failureProblems(
  declared: ReadonlyMap<string, ReadonlySet<string>>,
  { method, path }: WireRequest,
  answer: WireAnswer,
): string[] {
  const { status, headers, body } = answer
  const isHead = method === 'HEAD'
  const name = /\/([\w-]+)\/errors\/[a-z0-9_]+>/.exec(headers.link ?? '')?.[1] ?? ''
  const wanted = systemOf(path)
  if (wanted !== undefined && wanted !== name) return [`answered by ${name} instead of ${wanted}`]
  const pairs = declared.get(name)
  if (wanted === undefined && pairs !== undefined && path.startsWith('/'))
    return [`answered by ${name}, outside of its base`]
  if (pairs === undefined) return [...headerProblems(answer, isHead), ...siteProblems(isHead, body)]
  const pair = `${status} ${headers['error-code']}`
  return [
    ...refusalProblems(documentedSystem(name), answer, isHead),
    ...(pairs.has(pair) ? [] : [`${name} does not declare ${pair}`]),
  ]
}

/** What stands beside the systems speaks problem documents. */
function siteProblems(isHead: boolean, body: string): string[] {
  return isHead ? [] : schemaProblems('problem', JSON.parse(body))
}

function successProblems({ method, path }: WireRequest, { status, headers, body, bodyBytes }: WireAnswer): string[] {
  if (status === 204) return method === 'OPTIONS' ? [] : ['204 to something else than OPTIONS']
  if (status !== 200) return [`status ${status}`]
  if (systemOf(path) === undefined) return []
  if (method === 'HEAD') return bodyBytes === 0 ? [] : ['a body for HEAD']
  const problems =
    headers['content-length'] === String(bodyBytes) ? [] : [`content-length ${headers['content-length']}`]
  if (!/^[\w-]{8,}$/.test(headers['request-id'] ?? '')) problems.push('success without request-id')
  if (headers['error-code'] !== undefined) problems.push('success with error-code')
  return typeof JSON.parse(body) === 'object' ? problems : [...problems, 'success without an object']
}

/** The system whose base a target lies under, read as RFC 9112 §3.2 says. */
function systemOf(target: string): string | undefined {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '')
  return documentedSystems.find(({ base }) => path === base || path.startsWith(`${base}/`))?.name
}

import { type ApiError, isApiError, refusal } from '../contract/api-error.ts'
import type { ResolvedError } from '../contract/declaration.ts'
import type { Contract } from '../contract/define-contract.ts'
import type { Format, WireError, WireProblem } from '../formats/format.ts'
import { clipped, maxParamLength, maxProblems } from '../formats/wire.ts'
import { bearerChallenge } from './challenge.ts'
import { settledReply } from './check-writable.ts'
import { describeCause } from './describe-cause.ts'
import type { Exchange } from './exchange.ts'
import type { FailureSource } from './log.ts'
import { type RememberedReplies, rememberedReplies } from './remembered-replies.ts'
import type { CountedText, HeaderPair, Reply } from './reply.ts'
import { safeHeaders } from './safe-headers.ts'
import { utf8Length } from './utf8-length.ts'

/** Turns whatever was thrown into the answer the contract has for it, and notes on the exchange what it was. */
export type FailureReply = (
  exchange: Exchange,
  thrown: unknown,
  source: FailureSource,
  allowed: ReadonlySet<string> | undefined,
) => Reply

interface Prepared {
  readonly resolved: ResolvedError
  readonly headers: readonly HeaderPair[]
  readonly plain: Reply
  /** Answers whose only difference are headers that a guard made once, by these. */
  readonly withHeaders: WeakMap<ApiError['headers'], Reply>
  /** What guards refused before. */
  readonly replies: RememberedReplies
}

/**
 * The closed world: the one place where a failure becomes an answer. A code that the contract or the operation does not
 * declare, details that break their schema, an exception, an encoder that fails: all become `internal_error`.
 */
export function createFailureReply(contract: Contract, format: Format): FailureReply {
  const prepared = new Map<string, Prepared>()
  for (const [name, resolved] of contract.codes) prepared.set(name, prepare(contract, format, resolved))
  const internal = prepared.get('internal_error') as Prepared

  return (exchange, thrown, source, allowed) => {
    try {
      if (isApiError(thrown)) {
        const known = codeOf(prepared, allowed, thrown.code)
        if (known !== undefined) {
          const cause = thrown.cause === undefined ? undefined : describeCause(thrown.cause)
          const reply = encode(contract, format, (code) => codeOf(prepared, allowed, code), known, thrown, source)
          exchange.failure = { code: known.resolved.code, source, declared: true, cause }
          return reply
        }
      }
      return undeclared(exchange, internal, source, describeCause(thrown))
    } catch (fault) {
      return undeclared(
        exchange,
        internal,
        'encoder',
        `${describeCause(fault)}\nwhile encoding ${describeCause(thrown)}`,
      )
    }
  }
}

type FindCode = (name: string) => Prepared | undefined

/** A code that the request may be answered with. */
function codeOf(
  prepared: ReadonlyMap<string, Prepared>,
  allowed: ReadonlySet<string> | undefined,
  name: string,
): Prepared | undefined {
  return allowed === undefined || allowed.has(name) ? prepared.get(name) : undefined
}

function undeclared(exchange: Exchange, internal: Prepared, source: FailureSource, cause: string): Reply {
  exchange.failure = { code: internal.resolved.code, source, declared: false, cause }
  return internal.plain
}

function prepare(contract: Contract, format: Format, resolved: ResolvedError): Prepared {
  const headers: HeaderPair[] = [
    ['content-type', format.mediaType],
    ['cache-control', 'no-store'],
    ['x-content-type-options', 'nosniff'],
    ['error-code', resolved.code],
    ['link', `<${resolved.docUrl}>; rel="help"`],
  ]
  const error = refusal('internal_error', { message: resolved.message })
  const body = bodyOf(contract, format, () => undefined, resolved, error)
  const extra: HeaderPair[] = []
  if (resolved.status === 401) extra.push(['www-authenticate', bearerChallenge(contract.name)])
  if (resolved.retry === 'after_delay') extra.push(['retry-after', '1'])
  const all = [...headers, ...extra]
  const plain = settledReply({ status: resolved.status, headers: all, body, counted: counted(body) })
  return { resolved, headers, plain, withHeaders: new WeakMap(), replies: rememberedReplies() }
}

function encode(
  contract: Contract,
  format: Format,
  find: FindCode,
  prepared: Prepared,
  error: ApiError,
  source: FailureSource,
): Reply {
  const isPlain = saysNothing(error)
  if (isPlain && error.retryAfterSeconds === undefined) return withHeaders(contract, prepared, error)
  const write = (): Reply => {
    const body = bodyOf(contract, format, find, prepared.resolved, error)
    const headers = headersOf(contract, prepared, [], retryAfterOf(error))
    return { status: prepared.resolved.status, headers, body, counted: counted(body) }
  }
  // What a handler says may be about one caller alone: it is not kept.
  const isKept = (isPlain || source === 'guard') && error.details === undefined && error.others.length === 0
  const reply = isKept ? prepared.replies.of(error, write) : write()
  if (error.headers.length === 0) return reply
  return { ...reply, headers: headersOf(contract, prepared, error.headers, retryAfterOf(error)) }
}

/** True for an error that adds nothing to its declaration, but a time to wait and headers. */
function saysNothing({ givenMessage, param, details, violations, others }: ApiError): boolean {
  return (
    givenMessage === undefined &&
    param === undefined &&
    details === undefined &&
    violations === undefined &&
    others.length === 0
  )
}

function withHeaders(contract: Contract, prepared: Prepared, error: ApiError): Reply {
  const { plain } = prepared
  if (error.headers.length === 0) return plain
  const known = prepared.withHeaders.get(error.headers)
  if (known !== undefined) return known
  const reply = { ...plain, headers: headersOf(contract, prepared, error.headers, undefined) }
  // What is frozen by its maker, to the last pair, says the same each time.
  const isFixed = Object.isFrozen(error.headers) && error.headers.every(Object.isFrozen)
  if (isFixed) prepared.withHeaders.set(error.headers, settledReply(reply))
  return reply
}

function bodyOf(contract: Contract, format: Format, find: FindCode, resolved: ResolvedError, error: ApiError): string {
  const own = toProblem(resolved, error, checkedDetails(resolved, error))
  return JSON.stringify(format.encode(toWire(contract, resolved, error, own, problemsOf(find, resolved, error, own))))
}

function counted(text: string): CountedText {
  return { text, bytes: utf8Length(text) }
}

function headersOf(
  contract: Contract,
  { resolved, headers, plain }: Prepared,
  given: ApiError['headers'],
  seconds: number | undefined,
): readonly HeaderPair[] {
  if (given.length === 0 && seconds === undefined) return plain.headers
  const pairs = [...headers, ...safeHeaders(given).filter(([name]) => !ownHeaders.has(name))]
  if (resolved.status === 401 && !has(pairs, 'www-authenticate'))
    pairs.push(['www-authenticate', bearerChallenge(contract.name)])
  const byDefault = resolved.retry === 'after_delay' ? 1 : undefined
  const retryAfter = has(pairs, 'retry-after') ? undefined : (seconds ?? byDefault)
  if (retryAfter !== undefined) pairs.push(['retry-after', String(retryAfter)])
  return pairs
}

/** Headers of an error that no throw may contradict. */
const ownHeaders: ReadonlySet<string> = new Set([
  'content-type',
  'cache-control',
  'x-content-type-options',
  'error-code',
])

/** Whole seconds, at least 1. */
function retryAfterOf({ retryAfterSeconds }: ApiError): number | undefined {
  if (retryAfterSeconds === undefined) return undefined
  return Number.isFinite(retryAfterSeconds) ? Math.max(1, Math.ceil(retryAfterSeconds)) : 1
}

function toWire(
  contract: Contract,
  resolved: ResolvedError,
  error: ApiError,
  { code, type, message, param, details }: WireProblem,
  problems: readonly WireProblem[],
): WireError {
  const { status } = resolved
  const title = contract.statuses[status]?.name ?? ''
  const wire: Writable<WireError> = {
    code,
    type,
    message,
    status,
    title,
    validation: error.violations !== undefined,
    problems,
  }
  const retryAfter = retryAfterOf(error)
  if (param !== undefined) wire.param = param
  if (details !== undefined) wire.details = details
  if (contract.docUrlInBody) wire.docUrl = resolved.docUrl
  if (retryAfter !== undefined) wire.retryAfterSeconds = retryAfter
  return wire
}

type Writable<Shape> = { -readonly [Member in keyof Shape]: Shape[Member] }

function toProblem(
  resolved: ResolvedError,
  { givenMessage, param }: ApiError,
  details: WireProblem['details'],
): WireProblem {
  const problem: Writable<WireProblem> = toPart(resolved, givenMessage, param)
  if (details !== undefined) problem.details = details
  return problem
}

function toPart(resolved: ResolvedError, givenMessage: string | undefined, given: string | undefined): WireProblem {
  const { code, type } = resolved
  const problem: Writable<WireProblem> = { code, type, message: messageOf(givenMessage, resolved) }
  const param = paramOf(given)
  if (param !== undefined) problem.param = param
  return problem
}

/** The violations, or else `own`, and the problems of the other failures. */
function problemsOf(find: FindCode, resolved: ResolvedError, error: ApiError, own: WireProblem): WireProblem[] {
  const problems: WireProblem[] = error.violations?.map(({ param, message, code }) => {
    const known = code === undefined ? resolved : find(code)?.resolved
    if (known === undefined) throw new TypeError(`violations: the operation declares no code ${code}`)
    return toPart(known, message, param)
  }) ?? [own]
  for (const other of error.others) {
    const known = find(other.code)?.resolved
    if (known === undefined) throw new TypeError(`several(): the operation declares no code ${other.code}`)
    problems.push(...problemsOf(find, known, other, toProblem(known, other, checkedDetails(known, other))))
  }
  return problems.length > maxProblems ? problems.slice(0, maxProblems) : problems
}

/** What was said, unless that is nothing. */
function messageOf(given: string | undefined, { message }: ResolvedError): string {
  const text = clipped(given ?? message)
  return isBlank(text) ? clipped(message) : text
}

/** The whole body has no name. */
function paramOf(param: string | undefined): string | undefined {
  if (param === undefined) return undefined
  const text = clipped(param, maxParamLength)
  return isBlank(text) ? undefined : text
}

function isBlank(text: string): boolean {
  return !/\S/.test(text)
}

/** What the details schema lets through: nothing that was not declared goes out. */
function checkedDetails(resolved: ResolvedError, error: ApiError): WireProblem['details'] {
  if (error.details === undefined) return undefined
  if (resolved.details === undefined)
    throw new TypeError(`${resolved.name} declares no details, and was thrown with some`)
  const result = resolved.details['~standard'].validate(error.details)
  if (result instanceof Promise) {
    result.catch(() => undefined)
    throw new TypeError(`the details schema of ${resolved.name} validates asynchronously`)
  }
  if (result.issues !== undefined) {
    throw new TypeError(`details of ${resolved.name} break their schema: ${result.issues[0]?.message}`)
  }
  return result.value as WireProblem['details']
}

function has(headers: readonly HeaderPair[], name: string): boolean {
  return headers.some(([other]) => other === name)
}

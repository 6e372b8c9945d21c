import { type ApiError, isApiError, refusal } from '../contract/api-error.ts'
import type { ResolvedError } from '../contract/declaration.ts'
import type { Contract } from '../contract/define-contract.ts'
import type { Format, WireError, WireProblem } from '../formats/format.ts'
import { clipped, maxParamLength, maxProblems } from '../formats/wire.ts'
import { bearerChallenge } from './challenge.ts'
import { describeCause } from './describe-cause.ts'
import type { Exchange } from './exchange.ts'
import type { FailureSource } from './log.ts'
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
  /** Answers whose only difference is the time to wait, by its seconds. */
  readonly withWait: Map<number, Reply>
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
          const reply = encode(contract, format, (code) => codeOf(prepared, allowed, code), known, thrown)
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
  const wire = toWire(contract, resolved, error, [toProblem(resolved, error, undefined)])
  const body = JSON.stringify(format.encode(wire))
  const extra: HeaderPair[] = []
  if (resolved.status === 401) extra.push(['www-authenticate', bearerChallenge(contract.name)])
  if (resolved.retry === 'after_delay') extra.push(['retry-after', '1'])
  const plain: Reply = { status: resolved.status, headers: [...headers, ...extra], body, counted: counted(body) }
  return { resolved, headers, plain, withHeaders: new WeakMap(), withWait: new Map() }
}

function encode(contract: Contract, format: Format, find: FindCode, prepared: Prepared, error: ApiError): Reply {
  const { plain } = prepared
  const saysMore =
    error.givenMessage !== undefined ||
    error.param !== undefined ||
    error.details !== undefined ||
    error.violations !== undefined ||
    error.others.length > 0
  if (saysMore) return write(contract, format, find, prepared, error)
  if (error.retryAfterSeconds !== undefined) {
    if (error.headers.length > 0) return write(contract, format, find, prepared, error)
    return remembered(prepared.withWait, error.retryAfterSeconds, () => write(contract, format, find, prepared, error))
  }
  if (error.headers.length === 0) return plain
  const known = prepared.withHeaders.get(error.headers)
  if (known !== undefined) return known
  const reply = { ...plain, headers: headersOf(contract, prepared, error) }
  // What is frozen by its maker, to the last pair, says the same each time.
  if (Object.isFrozen(error.headers) && error.headers.every(Object.isFrozen))
    prepared.withHeaders.set(error.headers, reply)
  return reply
}

/** Waits that are remembered: more than the seconds of a minute. */
const maxRemembered = 100

function remembered(replies: Map<number, Reply>, seconds: number, make: () => Reply): Reply {
  const known = replies.get(seconds)
  if (known !== undefined) return known
  const reply = make()
  if (replies.size < maxRemembered) replies.set(seconds, reply)
  return reply
}

function write(contract: Contract, format: Format, find: FindCode, prepared: Prepared, error: ApiError): Reply {
  const { resolved } = prepared
  const wire = toWire(contract, resolved, error, problemsOf(find, resolved, error))
  const body = JSON.stringify(format.encode(wire))
  return { status: resolved.status, headers: headersOf(contract, prepared, error), body, counted: counted(body) }
}

function counted(text: string): CountedText {
  return { text, bytes: utf8Length(text) }
}

function headersOf(contract: Contract, { resolved, headers }: Prepared, error: ApiError): readonly HeaderPair[] {
  const pairs = [...headers, ...safeHeaders(error.headers).filter(([name]) => !ownHeaders.has(name))]
  if (resolved.status === 401 && !has(pairs, 'www-authenticate'))
    pairs.push(['www-authenticate', bearerChallenge(contract.name)])
  const byDefault = resolved.retry === 'after_delay' ? 1 : undefined
  const retryAfter = has(pairs, 'retry-after') ? undefined : (retryAfterOf(error) ?? byDefault)
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
  problems: readonly WireProblem[],
): WireError {
  const retryAfter = retryAfterOf(error)
  return {
    ...toProblem(resolved, error, checkedDetails(resolved, error)),
    status: resolved.status,
    title: contract.statuses[resolved.status]?.name ?? '',
    validation: error.violations !== undefined,
    problems,
    ...(contract.docUrlInBody && { docUrl: resolved.docUrl }),
    ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }),
  }
}

function toProblem(resolved: ResolvedError, error: ApiError, details: WireProblem['details']): WireProblem {
  return {
    code: resolved.code,
    type: resolved.type,
    message: messageOf(error.givenMessage, resolved),
    ...paramOf(error),
    ...(details !== undefined && { details }),
  }
}

function problemsOf(find: FindCode, resolved: ResolvedError, error: ApiError): WireProblem[] {
  const own: WireProblem[] = error.violations?.map(({ param, message, code }) => {
    const known = code === undefined ? resolved : find(code)?.resolved
    if (known === undefined) throw new TypeError(`violations: the operation declares no code ${code}`)
    return { code: known.code, type: known.type, message: messageOf(message, known), ...paramOf({ param }) }
  }) ?? [toProblem(resolved, error, checkedDetails(resolved, error))]
  for (const other of error.others) {
    const known = find(other.code)
    if (known === undefined) throw new TypeError(`several(): the operation declares no code ${other.code}`)
    own.push(...problemsOf(find, known.resolved, other))
  }
  return own.slice(0, maxProblems)
}

/** What was said, unless that is nothing. */
function messageOf(given: string | undefined, { message }: ResolvedError): string {
  const text = clipped(given ?? message)
  return isBlank(text) ? clipped(message) : text
}

/** The whole body has no name. */
function paramOf({ param = '' }: { readonly param?: string | undefined }): { readonly param?: string } {
  const text = clipped(param, maxParamLength)
  return isBlank(text) ? {} : { param: text }
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

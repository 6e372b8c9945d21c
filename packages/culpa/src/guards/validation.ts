import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type ApiError, isApiError, refusal, returnedRefusal, type Violation } from '../contract/api-error.ts'
import type { Contract } from '../contract/define-contract.ts'
import type { Exchange } from '../server/exchange.ts'
import type { Guard } from '../server/guard.ts'
import { after } from '../server/maybe-promise.ts'
import type { MaybePromise } from '../server/stores.ts'
import { parseForm } from './form-body.ts'
import { type Sensitive, sensitiveFields } from './sensitive.ts'

/** What kind of rule a violation broke, as far as a Standard Schema tells. */
type Kind = 'missing' | 'unknown' | 'invalid'

interface Finding extends Violation {
  readonly kind: Kind
}

type Noun = 'field' | 'parameter'

const maxFindings = 100
/** A longer message repeats what was sent; a longer path is what was sent. */
const maxMessageLength = 1000
const maxParamLength = 300

type Refuse = (findings: readonly Finding[]) => ApiError

const parameterCodes = {
  missing: 'parameter_missing',
  unknown: 'parameter_unknown',
  invalid: 'parameter_invalid',
} as const

/**
 * Checks path, query, headers (400 `parameter_missing`, `parameter_invalid`, `parameter_unknown`) and body
 * (422 `validation_failed`) against their schemas and lists every violation; of more than a hundred, the first hundred
 * and how many more there are. Part of every API.
 */
export function validation(): Guard {
  return {
    name: 'validation',
    stage: 'validation',
    codes: ({ params, query, headers, body }) => [
      ...((params ?? query ?? headers) ? Object.values(parameterCodes) : ['parameter_invalid' as const]),
      ...(body === undefined ? [] : (['validation_failed', 'parameter_missing', 'parameter_unknown'] as const)),
    ],
    compile({ params, query, headers, body, sensitive }, contract) {
      const checks: ((exchange: Exchange) => MaybePromise<ApiError | undefined>)[] = []
      if (params !== undefined) {
        checks.push((exchange) =>
          check(params, exchange.params, 'parameter', undefined, refuseParameters, (value) => {
            exchange.parsedParams = value
          }),
        )
      }
      if (query !== undefined) {
        checks.push((exchange) =>
          check(query, parseQuery(exchange.search), 'parameter', undefined, refuseParameters, (value) => {
            exchange.query = value
          }),
        )
      }
      for (const [name, schema] of Object.entries(headers ?? {}))
        checks.push((exchange) => checkHeader(exchange, name, schema))
      if (body !== undefined) {
        const refuse = bodyRefusal(contract)
        const secret = sensitive.length === 0 ? undefined : sensitiveFields(sensitive)
        checks.push((exchange) =>
          check(body, exchange.body, 'field', secret, refuse, (value) => {
            exchange.body = value
          }),
        )
      }
      if (checks.length === 0) return undefined
      return { step: (exchange) => runAll(checks, exchange, 0) }
    },
  }
}

function runAll(
  checks: readonly ((exchange: Exchange) => MaybePromise<ApiError | undefined>)[],
  exchange: Exchange,
  from: number,
): MaybePromise<ApiError | undefined> {
  for (let index = from; index < checks.length; index++) {
    const result = checks[index]!(exchange)
    if (result instanceof Promise) return result.then((error) => error ?? runAll(checks, exchange, index + 1))
    if (result !== undefined) return result
  }
  return undefined
}

function check(
  schema: StandardSchemaV1,
  input: unknown,
  noun: Noun,
  sensitive: Sensitive | undefined,
  refuse: Refuse,
  accept: (value: unknown) => void,
): MaybePromise<ApiError | undefined> {
  const conclude = (result: StandardSchemaV1.Result<unknown>): ApiError | undefined => {
    if (result.issues === undefined) {
      accept(result.value)
      return undefined
    }
    return refuse(findingsOf(result.issues, input, noun, sensitive))
  }
  return after(schema['~standard'].validate(input), conclude)
}

function checkHeader(exchange: Exchange, name: string, schema: StandardSchemaV1): MaybePromise<ApiError | undefined> {
  const value = exchange.request.header(name.toLowerCase())
  const refuse: Refuse = ([first]) => {
    const kind = value === undefined ? 'missing' : 'invalid'
    const message = value === undefined ? `The header ${name} is missing.` : (first as Finding).message
    return refuseParameters([{ param: name, kind, message }])
  }
  return check(schema, value, 'parameter', undefined, refuse, (parsed) => {
    exchange.headers = { ...(exchange.headers as object | undefined), [name]: parsed }
  })
}

function parseQuery(search: string): Record<string, unknown> {
  try {
    return parseForm(search, 8)
  } catch (error) {
    if (!isApiError(error)) throw error
    throw refusal('parameter_invalid', {
      ...(error.param !== undefined && { param: error.param }),
      message: error.message.replace('The form', 'The query').replace('field', 'parameter'),
    })
  }
}

function refuseParameters(findings: readonly Finding[]): ApiError {
  const first = findings[0] as Finding
  return returnedRefusal(parameterCodes[first.kind], { param: first.param, ...told(findings) })
}

/** One violation speaks for itself; several are listed under the code's own message. */
function told(findings: readonly Finding[]): { message: string } | { violations: readonly Violation[] } {
  return findings.length === 1 ? { message: (findings[0] as Finding).message } : { violations: findings.map(bare) }
}

function bodyRefusal(contract: Contract): Refuse {
  if (contract.bodyViolations === 'validation_failed') {
    return (findings) =>
      returnedRefusal('validation_failed', { param: (findings[0] as Finding).param, violations: findings.map(bare) })
  }
  return (findings) => {
    const { kind, param } = findings[0] as Finding
    return returnedRefusal(kind === 'invalid' ? 'validation_failed' : parameterCodes[kind], {
      param,
      ...told(findings),
    })
  }
}

function bare({ param, message }: Finding): Violation {
  return { param, message }
}

/** Every violation, up to some hundred; then one that tells how many more there are. Never empty. */
function findingsOf(
  issues: readonly StandardSchemaV1.Issue[],
  input: unknown,
  noun: Noun,
  sensitive: Sensitive | undefined,
): readonly Finding[] {
  const findings: Finding[] = []
  const isEchoed = sensitive?.echoesOf(input) ?? (() => false)
  let unlisted = 0
  for (const issue of issues) {
    const room = maxFindings - findings.length
    const keys = unknownKeys(issue)
    unlisted += Math.max(0, (keys.length || 1) - room)
    if (room === 0) continue
    const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part))
    if (sensitive?.covers(path) === true) findings.push(toFinding(issue, path, input, noun, () => true))
    else if (keys.length === 0) findings.push(toFinding(issue, path, input, noun, isEchoed))
    else for (const key of keys.slice(0, room)) findings.push(unknownField([...path, String(key)], noun))
  }
  if (issues.length === 0) findings.push({ param: '', kind: 'invalid', message: notValid('', noun) })
  if (unlisted > 0) findings.push({ param: '', kind: 'invalid', message: `There are ${unlisted} more violations.` })
  return findings
}

/** The keys an issue of zod is about. */
function unknownKeys(issue: StandardSchemaV1.Issue): readonly unknown[] {
  const { keys } = issue as { readonly keys?: unknown }
  return Array.isArray(keys) ? keys : []
}

function unknownField(path: readonly string[], noun: Noun): Finding {
  const param = paramOf(path)
  return { param, kind: 'unknown', message: `The ${noun} ${param} is not known.` }
}

function toFinding(
  issue: StandardSchemaV1.Issue,
  path: readonly string[],
  input: unknown,
  noun: Noun,
  isSecret: (text: string) => boolean,
): Finding {
  const param = paramOf(path)
  if (param !== '' && valueAt(input, path) === undefined) {
    return { param, kind: 'missing', message: `The ${param} ${noun} is missing.` }
  }
  const message: unknown = issue.message
  const isFit = typeof message === 'string' && message.length <= maxMessageLength && !isSecret(message)
  return { param, kind: 'invalid', message: isFit ? message : notValid(param, noun) }
}

function notValid(param: string, noun: Noun): string {
  if (param !== '') return `The ${param} ${noun} is not valid.`
  return noun === 'field' ? 'The body is not valid.' : 'The parameters are not valid.'
}

function paramOf(path: readonly string[]): string {
  const param = path.join('.')
  return param.length > maxParamLength ? `${param.slice(0, maxParamLength - 3)}...` : param
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  let value = input
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type ApiError, isApiError, refusal, type Violation } from '../contract/api-error.ts'
import type { Contract } from '../contract/define-contract.ts'
import type { Exchange } from '../server/exchange.ts'
import type { Guard } from '../server/guard.ts'
import type { MaybePromise } from '../server/stores.ts'
import { parseForm } from './form-body.ts'
import { type Sensitive, sensitiveFields } from './sensitive.ts'

/** What kind of rule a violation broke, as far as a Standard Schema tells. */
type Kind = 'missing' | 'unknown' | 'invalid'

interface Finding extends Violation {
  readonly kind: Kind
}

type Refuse = (findings: readonly Finding[]) => ApiError

const parameterCodes = {
  missing: 'parameter_missing',
  unknown: 'parameter_unknown',
  invalid: 'parameter_invalid',
} as const

/**
 * Checks path, query, headers (400 `parameter_missing`, `parameter_invalid`, `parameter_unknown`) and body
 * (422 `validation_failed`) against their schemas and lists every violation. Part of every API.
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
      const checks: ((exchange: Exchange) => MaybePromise<void>)[] = []
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
  checks: readonly ((exchange: Exchange) => MaybePromise<void>)[],
  exchange: Exchange,
  from: number,
): MaybePromise<void> {
  for (let index = from; index < checks.length; index++) {
    const pending = checks[index]!(exchange)
    if (pending instanceof Promise) return pending.then(() => runAll(checks, exchange, index + 1))
  }
}

function check(
  schema: StandardSchemaV1,
  input: unknown,
  noun: 'field' | 'parameter',
  sensitive: Sensitive | undefined,
  refuse: Refuse,
  accept: (value: unknown) => void,
): MaybePromise<void> {
  const conclude = (result: StandardSchemaV1.Result<unknown>): void => {
    if (result.issues === undefined) {
      accept(result.value)
      return
    }
    throw refuse(result.issues.flatMap((issue) => toFindings(issue, input, noun, sensitive)))
  }
  const result = schema['~standard'].validate(input)
  return result instanceof Promise ? result.then(conclude) : conclude(result)
}

function checkHeader(exchange: Exchange, name: string, schema: StandardSchemaV1): MaybePromise<void> {
  const value = exchange.request.header(name.toLowerCase())
  const refuse: Refuse = ([first]) => {
    const kind = value === undefined ? 'missing' : 'invalid'
    const message = value === undefined ? `The header ${name} is required.` : (first as Finding).message
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
      message: error.message.replace('The form', 'The query').replace('field', 'parameter'),
    })
  }
}

function refuseParameters(findings: readonly Finding[]): ApiError {
  const first = findings[0] as Finding
  return refusal(parameterCodes[first.kind], { param: first.param, ...told(findings) })
}

/** One violation speaks for itself; several are listed under the code's own message. */
function told(findings: readonly Finding[]): { message: string } | { violations: readonly Violation[] } {
  return findings.length === 1 ? { message: (findings[0] as Finding).message } : { violations: findings.map(bare) }
}

function bodyRefusal(contract: Contract): Refuse {
  if (contract.bodyViolations === 'validation_failed') {
    return (findings) =>
      refusal('validation_failed', { param: (findings[0] as Finding).param, violations: findings.map(bare) })
  }
  return (findings) => {
    const { kind, param } = findings[0] as Finding
    return refusal(kind === 'invalid' ? 'validation_failed' : parameterCodes[kind], { param, ...told(findings) })
  }
}

function bare({ param, message }: Finding): Violation {
  return { param, message }
}

function toFindings(
  issue: StandardSchemaV1.Issue,
  input: unknown,
  noun: string,
  sensitive: Sensitive | undefined,
): readonly Finding[] {
  const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part))
  const param = path.join('.')
  const unknown = (issue as { readonly keys?: unknown }).keys
  if (Array.isArray(unknown) && unknown.length > 0) {
    return unknown.map((key) => {
      const full = [...path, String(key)].join('.')
      return { param: full, kind: 'unknown' as const, message: `The ${noun} ${full} is not known.` }
    })
  }
  if (param !== '' && valueAt(input, path) === undefined) {
    return [{ param, kind: 'missing', message: `The ${param} ${noun} is required.` }]
  }
  const isHidden = sensitive !== undefined && (sensitive.covers(path) || sensitive.isEchoed(issue.message, input))
  const safe = param === '' ? 'The body is not valid.' : `The ${param} ${noun} is not valid.`
  return [{ param, kind: 'invalid', message: isHidden ? safe : issue.message }]
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  let value = input
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

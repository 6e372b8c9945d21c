import type { CallLimits, ClientOptions, ClientState, Limits } from './client-options.ts'
import { systemClock } from './clock.ts'
import { contractFacts } from './contract-facts.ts'
import { createRetryBudget } from './retry-budget.ts'

/**
 * Checks the options of a client and fills in the defaults.
 * @throws {TypeError} for a base URL that is none or carries credentials, a query or a fragment; for a key that no header
 * can carry, a header that HTTP does not allow; for a limit that is no positive number
 */
export function toClientState(options: ClientOptions & Pick<ClientState, 'readers'>): ClientState {
  const { apiKey, format, clock = systemClock } = options
  const baseUrl = new URL(options.baseUrl).href
  if (!/^https?:\/\/[^/?#@]+\/[^?#]*$/.test(baseUrl)) throw new TypeError('baseUrl: not a plain HTTP URL')
  // Said here, without the key: the platform's own error would quote it.
  if (apiKey !== undefined && !/^[!-~]+$/.test(apiKey)) throw new TypeError('apiKey: not plain ASCII')
  const facts = options.contract && contractFacts(options.contract)
  return {
    ...facts,
    ...options,
    baseUrl: baseUrl.replace(/\/+$/, ''),
    sent: toHeaders({
      accept: 'application/json',
      ...(apiKey && { authorization: `Bearer ${apiKey}` }),
      ...options.headers,
    }),
    // Whoever names a format calls a server that may not be culpa's, and may not honour keys.
    idempotency: options.idempotency ?? (format ? 'off' : 'auto'),
    format: format ?? facts?.format ?? 'auto',
    clock,
    limits: limitsOf(options, { maxAttempts: 3, timeoutMs: 30_000, deadlineMs: 60_000, maxRetryAfterMs: 30_000 }),
    budget: createRetryBudget(clock.now),
  }
}

/** What may be a credential in headers, or in a query, by their names: each word of some length. */
export function credentialsOf(given: readonly (readonly [name: string, value: string])[]): readonly string[] {
  return given.flatMap(([name, value]) => {
    const isSecret = /auth|cookie|secret|token|key|pass|credential|signature|session/i.test(name)
    return isSecret && !/^idempotency/i.test(name) ? (value.match(/[^\s;,=]{8,}/g) ?? []) : []
  })
}

/**
 * Headers as HTTP writes them: names in lower case, values without blanks around them.
 * @param ours names that are left out; then, so is what HTTP does not allow
 * @throws {TypeError} for one that HTTP does not allow; unlike the platform's own it does not tell the value
 */
export function toHeaders(given: Readonly<Record<string, string>>, ours?: RegExp): Record<string, string> {
  const all = new Headers()
  for (const [name, value] of Object.entries(given)) {
    try {
      if (!ours?.test(name)) all.set(name, value)
    } catch {
      if (!ours) throw new TypeError(`headers: HTTP does not allow this ${name}`)
    }
  }
  return Object.fromEntries(all)
}

/** The limits given, and for the rest the others. */
export function limitsOf(given: Limits, others: CallLimits): CallLimits {
  const limits = { ...others }
  for (const name of Object.keys(others) as (keyof Limits)[]) {
    limits[name] = given[name] ?? others[name]
    if (!(limits[name] > 0)) throw new TypeError(`${name}: not a positive number`)
  }
  return limits
}

import type { CallLimits, ClientOptions, ClientState, Limits } from './client-options.ts'
import { systemClock } from './clock.ts'
import { contractFacts } from './contract-facts.ts'
import { createRetryBudget } from './retry-budget.ts'

const defaults: CallLimits = { maxAttempts: 3, timeoutMs: 30_000, deadlineMs: 60_000, maxRetryAfterMs: 30_000 }

/**
 * Checks the options of a client and fills in the defaults.
 * @throws {TypeError} for a base URL that is none or carries credentials, a query or a fragment; for a key that no header
 * can carry; for a limit that is no positive number
 */
export function toClientState(options: ClientOptions): ClientState {
  const { apiKey, format, contract, clock = systemClock } = options
  const facts = contract && contractFacts(contract)
  return {
    baseUrl: checkedUrl(options.baseUrl),
    headers: headersOf(options),
    // Whoever names a format calls a server that may not be culpa's, and may not honour keys.
    idempotency: options.idempotency ?? (format === undefined ? 'auto' : 'off'),
    unkeyed: options.unkeyed ?? {},
    format: format ?? facts?.format ?? 'auto',
    codes: facts && new Set(Object.keys(facts.codes)),
    advice: facts?.codes,
    // Not as a method of the options: browsers want `fetch` called on the window.
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    clock,
    random: options.random ?? Math.random,
    hooks: options,
    limits: limitsOf(options, defaults),
    budget: createRetryBudget(clock.now),
    secrets: apiKey === undefined ? [] : [apiKey],
  }
}

/** The limits given, and for the rest the others. */
export function limitsOf(given: Limits, others: CallLimits): CallLimits {
  const entries = Object.entries(others).map(([name, otherwise]) => {
    const value = given[name as keyof Limits] ?? otherwise
    if (!(value > 0)) throw new TypeError(`${name}: not a positive number`)
    return [name, value]
  })
  return Object.fromEntries(entries) as CallLimits
}

function checkedUrl(baseUrl: string): string {
  const { protocol, username, password, search, hash } = new URL(baseUrl)
  if (/^https?:$/.test(protocol) && !(username || password || search || hash)) return baseUrl.replace(/\/+$/, '')
  throw new TypeError('baseUrl: not a plain http or https URL')
}

function headersOf({ apiKey, headers }: ClientOptions): Readonly<Record<string, string>> {
  if (apiKey === undefined) return { ...headers }
  // Said here, without the key: the platform's own error would quote it.
  if (!/^[\x21-\x7e]+$/.test(apiKey)) throw new TypeError('apiKey: not visible ASCII characters only')
  return { authorization: `Bearer ${apiKey}`, ...headers }
}

import type { DocumentedSystem } from './documented.ts'
import { leaksOf } from './leaks.ts'
import { refusalProblems } from './refusal.ts'
import type { WireAnswer } from './wire.ts'

/** An answer as a program reads it. */
export interface Called {
  readonly status: number
  /** Of `Error-Code`; empty on success. */
  readonly code: string
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests say which members they expect.
  readonly body: any
}

export interface CallOptions {
  /** `null` sends none. */
  readonly key?: string | null
  /** Sent as JSON; text goes as it is. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type Call = (method: string, path: string, options?: CallOptions) => Promise<Called>

/** Calls a system with `fetch`. Every refusal is held against the system's document; what is wrong with it throws. */
export function callerOf(url: string, system: DocumentedSystem, key: string, secrets: readonly string[] = []): Call {
  return async (method, path, options = {}) => {
    const { body } = options
    const sentKey = options.key === undefined ? key : options.key
    const response = await fetch(`${url}${system.base}${path}`, {
      method,
      headers: {
        ...(sentKey !== null && { authorization: `Bearer ${sentKey}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const called = { status: response.status, code: response.headers.get('error-code') ?? '', text }
    if (response.status >= 400) checkRefusal(system, response, text, secrets)
    return { ...called, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
}

function checkRefusal(
  system: DocumentedSystem,
  { status, statusText: reason, headers }: Response,
  body: string,
  secrets: readonly string[],
) {
  const lines = [...headers.entries()]
  const answer: WireAnswer = {
    status,
    reason,
    lines,
    headers: Object.fromEntries(lines),
    body,
    bodyBytes: Buffer.byteLength(body),
  }
  const problems = [...refusalProblems(system, answer), ...leaksOf(answer, secrets)]
  if (problems.length > 0) throw new Error(`${status} ${headers.get('error-code')}: ${problems.join('; ')}: ${body}`)
}

import { refusal } from '../contract/api-error.ts'
import type { Contract } from '../contract/define-contract.ts'
import type { Kernel } from '../server/kernel.ts'
import type { LogEvent } from '../server/log.ts'
import type { HeaderPair } from '../server/reply.ts'
import type { ApiRequest } from '../server/request.ts'
import { memoryKeys } from '../stores/memory.ts'
import { type ApiKeyOptions, apiKeys } from './api-keys.ts'
import { type IssueOptions, keyIssuer } from './key-issuer.ts'

export const peppers = { 1: 'a pepper for tests, long enough' }

/** What a test reads of an answer. */
export interface Answer {
  readonly status: number
  /** The code on the wire. */
  readonly code: string | undefined
  readonly headers: readonly HeaderPair[]
  readonly text: string
  readonly bytes: Uint8Array
  /** Several values are joined by a comma. */
  header(name: string): string | undefined
  /** The body, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies of many shapes
  readonly json: any
}

export interface SendOptions {
  /** Pairs where a header comes twice. */
  readonly headers?: Readonly<Record<string, string>> | readonly HeaderPair[]
  /** Text and bytes as they are; anything else as JSON. */
  readonly body?: unknown
  readonly address?: string
  readonly signal?: AbortSignal
  readonly key?: string
  readonly idempotencyKey?: string | undefined
}

/** Sends a request such as `POST /v1/charges` straight to the kernel, and reads its answer to the end. */
export async function send(
  api: Pick<Kernel, 'handle'>,
  line: `${string} ${string}`,
  options: SendOptions = {},
): Promise<Answer> {
  const { status, headers, body } = await api.handle(toRequest(line, options))
  const bytes = new Uint8Array(await new Response(body as ConstructorParameters<typeof Response>[0]).arrayBuffer())
  const text = new TextDecoder().decode(bytes)
  const header = (name: string) => lookUp(headers, name)
  return {
    status,
    headers,
    text,
    bytes,
    header,
    code: header('error-code'),
    get json() {
      return JSON.parse(text)
    },
  }
}

export function toRequest(line: `${string} ${string}`, options: SendOptions = {}): ApiRequest {
  const { address = '203.0.113.7', signal = new AbortController().signal } = options
  const [method, target] = line.split(' ') as [string, string]
  const bytes = toBytes(options.body)
  const headers = headersOf(options, bytes)
  return {
    method,
    target,
    address,
    signal,
    hasBody: bytes !== undefined,
    header: (name) => lookUp(headers, name),
    headerCount: (name) => headers.filter(([other]) => other === name).length,
    headers: () => headers,
    async body(limitBytes) {
      if (bytes!.byteLength > limitBytes) throw refusal('body_too_large', { headers: [['connection', 'close']] })
      return bytes!
    },
  }
}

function headersOf(options: SendOptions, bytes: Uint8Array | undefined): HeaderPair[] {
  const given = options.headers ?? {}
  const pairs: HeaderPair[] = Array.isArray(given) ? [...given] : Object.entries(given)
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined && !pairs.some(([other]) => other === name)) pairs.push([name, value])
  }
  add('authorization', options.key && `Bearer ${options.key}`)
  add('idempotency-key', options.idempotencyKey)
  if (bytes !== undefined) {
    add('content-type', 'application/json')
    add('content-length', String(bytes.byteLength))
  }
  return pairs
}

function lookUp(headers: readonly HeaderPair[], name: string): string | undefined {
  const values = headers.filter(([other]) => other === name).map(([, value]) => value)
  return values.length === 0 ? undefined : values.join(', ')
}

function toBytes(body: unknown): Uint8Array | undefined {
  if (body === undefined || body instanceof Uint8Array) return body
  return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
}

/** A clock that only the test moves. */
export function manualClock(startMs = 1_000_000) {
  let time = startMs
  return {
    now: () => time,
    advance(ms: number) {
      time += ms
    },
  }
}

/** Keeps what is logged. */
export function memoryLog() {
  const events: LogEvent[] = []
  const log = (event: LogEvent) => {
    events.push(event)
  }
  return { events, log }
}

/** A keys guard over a store in memory, and a function that issues keys for it. */
export function testKeys(options: Partial<ApiKeyOptions> = {}, store = memoryKeys()) {
  const issuer = keyIssuer(store, options.peppers ?? peppers, options.now)
  const issue = async (more: Partial<IssueOptions> = {}) =>
    issuer.issue({ prefix: 'sk', environment: 'test', tenant: 'org_1', scopes: [], ...more })
  return {
    store,
    issuer,
    guard: apiKeys(store, { peppers, ...options }),
    issue: async (more?: Partial<IssueOptions>) => (await issue(more)).key,
    issueStored: issue,
  }
}

/** Every header but the one that differs by design. */
export function withoutRequestId({ headers }: Answer): readonly HeaderPair[] {
  return headers.filter(([name]) => name !== 'request-id')
}

/** For helpers that take any contract. */
export const asContract = (contract: unknown) => contract as Contract

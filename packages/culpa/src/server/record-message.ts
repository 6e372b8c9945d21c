import type { Traffic } from './log.ts'
import { redactBody, redactEncoded, redactForm } from './redact-body.ts'
import { isSecretName, redacted, redactValue } from './redact-value.ts'
import type { HeaderPair } from './reply.ts'
import type { LoggedMessage } from './stores.ts'

/** A message as it is taken down while its request is answered: nothing is looked at before it is written. */
export interface TakenMessage {
  readonly headers: readonly HeaderPair[]
  /** As much of the body as is kept. */
  readonly body: Uint8Array | undefined
  /** Of the whole body; `undefined` for a stream. */
  readonly bodyBytes: number | undefined
}

const encoder = new TextEncoder()

/** Copies headers and the beginning of the body. */
export function takeMessage(
  headers: Iterable<HeaderPair>,
  body: Traffic['reply']['body'] | undefined,
  maxBytes: number,
): TakenMessage {
  const pairs = Array.isArray(headers) ? (headers as readonly HeaderPair[]) : [...headers]
  if (body === null || body === undefined) return { headers: pairs, body: undefined, bodyBytes: 0 }
  if (body instanceof ReadableStream) return { headers: pairs, body: undefined, bodyBytes: undefined }
  const bytes = typeof body === 'string' ? encoder.encode(body) : body
  return { headers: pairs, body: bytes.slice(0, maxBytes), bodyBytes: bytes.byteLength }
}

/** A message without credentials, its body cut. `sensitive`: see {@link Traffic}. */
export function toLoggedMessage(taken: TakenMessage, sensitive: readonly string[]): LoggedMessage {
  const headers = taken.headers.map(([name, value]) => [name, redactHeader(name, value)] as const)
  const { body, bodyBytes } = taken
  if (bodyBytes === undefined) return { headers, note: 'a stream, which is not kept' }
  if (body === undefined || bodyBytes === 0) return { headers }
  const isCut = body.byteLength < bodyBytes
  const text = toText(body, isCut)
  if (text === undefined) return { headers, note: `${bodyBytes} bytes that are no text` }
  const clean = redactBody(text, contentTypeOf(taken), sensitive)
  if (clean === undefined) {
    return { headers, note: `${bodyBytes} bytes, not kept: sensitive fields cannot be told apart in them` }
  }
  return isCut
    ? { headers, body: clean, note: `cut after ${body.byteLength} of ${bodyBytes} bytes` }
    : { headers, body: clean }
}

function contentTypeOf({ headers }: TakenMessage): string {
  return headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
}

/** Path and query without credentials. */
export function redactTarget(target: string): string {
  const start = target.indexOf('?')
  if (start === -1) return redactEncoded(target)
  return `${redactEncoded(target.slice(0, start))}?${redactForm(target.slice(start + 1))}`
}

/** Only sounds like a credential. */
const harmless = new Set(['www-authenticate'])
/** New in every message, and not worth a look while no longer than what is made here. */
const passing = new Set(['content-length', 'request-id', 'date'])
const maxPassing = 32

const maxKnown = 1000
const maxKnownLength = 256
/** Most headers come again and again, with the same value. */
const knownValues = new Map<string, string>()
const knownNames = new Map<string, 'harmless' | 'passing' | 'secret' | 'other'>()

function redactHeader(name: string, value: string): string {
  const kind = remember(knownNames, name, kindOf)
  if (kind === 'harmless' || (kind === 'passing' && value.length <= maxPassing)) return value
  return kind === 'secret' ? withScheme(value) : remember(knownValues, value, redactValue)
}

function kindOf(name: string): 'harmless' | 'passing' | 'secret' | 'other' {
  const lower = name.toLowerCase()
  if (harmless.has(lower)) return 'harmless'
  if (passing.has(lower)) return 'passing'
  return isSecretName(lower) ? 'secret' : 'other'
}

function remember<Value>(known: Map<string, Value>, key: string, make: (key: string) => Value): Value {
  const found = known.get(key)
  if (found !== undefined) return found
  const made = make(key)
  if (known.size >= maxKnown) known.clear()
  if (key.length <= maxKnownLength) known.set(key, made)
  return made
}

/** `Bearer` and `Basic` tell which kind of credential came, and nothing of it. */
function withScheme(value: string): string {
  const scheme = /^(bearer|basic|digest) /i.exec(value)?.[1]
  return scheme === undefined ? redacted : `${scheme} ${redacted}`
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lenient = new TextDecoder('utf-8', { ignoreBOM: true })

/** A cut may go through a character. */
function toText(bytes: Uint8Array, isCut: boolean): string | undefined {
  try {
    return isCut ? withoutHalf(lenient.decode(bytes)) : strict.decode(bytes)
  } catch {
    return undefined
  }
}

/** @throws {TypeError} when more than the last character could not be read */
function withoutHalf(text: string): string {
  const whole = text.replace(/\ufffd+$/, '')
  if (whole.includes('\ufffd')) throw new TypeError('no text')
  return whole
}

import type { Traffic } from './log.ts'
import { redactBody } from './redact-body.ts'
import { redactEncoded, redactForm } from './redact-form.ts'
import { redacted, redactValue } from './redact-value.ts'
import type { HeaderLines } from './request.ts'
import { isSecretHeader } from './secret-names.ts'
import type { LoggedMessage } from './stores.ts'
import { utf8Length } from './utf8-length.ts'

/** A message as it is taken down while its request is answered: nothing is looked at before it is written. */
export interface TakenMessage {
  readonly headers: HeaderLines
  /** As much of the body as is kept; absent where there was none, or it is no text. */
  readonly text?: string
  /** Of the whole body, where it is cut. */
  readonly bodyBytes?: number
  /** Why the body is not there, or not to its end. */
  readonly note?: string
}

const encoder = new TextEncoder()
/** In UTF-8, of a unit of a text. */
const mostBytes = 3

/** Takes headers and the beginning of the body, and holds on to neither buffer nor request. */
export function takeMessage(
  headers: HeaderLines,
  body: Traffic['reply']['body'] | undefined,
  maxBytes: number,
): TakenMessage {
  if (body === null || body === undefined || isEmpty(body)) return { headers }
  if (body instanceof ReadableStream) return { headers, note: 'a stream, which is not kept' }
  if (typeof body === 'string' && body.length * mostBytes <= maxBytes) return { headers, text: body }
  const bytes = typeof body === 'string' ? encoder.encode(body) : body
  const isCut = bytes.byteLength > maxBytes
  const text = toText(bytes.subarray(0, maxBytes), isCut)
  if (text === undefined) return { headers, note: `${bytes.byteLength} bytes that are no text` }
  return isCut
    ? { headers, text, bodyBytes: bytes.byteLength, note: `cut after ${maxBytes} of ${bytes.byteLength} bytes` }
    : { headers, text }
}

function isEmpty(body: Uint8Array | string | ReadableStream): boolean {
  return body instanceof Uint8Array ? body.byteLength === 0 : body === ''
}

/** A message without credentials, its body cut. `sensitive`: see {@link Traffic}. */
export function toLoggedMessage(taken: TakenMessage, sensitive: readonly string[]): LoggedMessage {
  const headers = Array.from(taken.headers, ([name, value]) => [name, redactHeader(name, value)] as const)
  const { text, bodyBytes, note } = taken
  if (text === undefined) return note === undefined ? { headers } : { headers, note }
  const body = redactBody(text, contentTypeOf(taken), sensitive)
  if (body === undefined) {
    const bytes = bodyBytes ?? utf8Length(text)
    return { headers, note: `${bytes} bytes, not kept: sensitive fields cannot be told apart in them` }
  }
  return note === undefined ? { headers, body } : { headers, body, note }
}

function contentTypeOf({ headers }: TakenMessage): string {
  for (const [name, value] of headers) if (name.toLowerCase() === 'content-type') return value
  return ''
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
  return isSecretHeader(lower) ? 'secret' : 'other'
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

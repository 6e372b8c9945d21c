import type { FormatName } from '../contract/profile.ts'
import { items, text } from '../formats/decoded.ts'
import { recogniseJson } from '../formats/recognise.ts'
import type { Loose } from '../formats/tame.ts'
import type { BodyReader } from './body-readers.ts'

/**
 * Whether a success carries an error all the same. In doubt it does not, since the status says so: a body counts that
 * looks like the format, has a message and with it a code, a type, a field or an error's status, and has **no member
 * besides** the envelope's. So `{"message": "ok"}` is none, nor a job or a list that has errors among its data.
 * @param body as parsed
 * @example
 * isErrorEnvelope({ error: { type: 'card_error', message: 'Declined.' } }, 'stripe', allReaders) // true
 */
export function isErrorEnvelope(body: Loose, expected: FormatName | 'auto', readers: readonly BodyReader[]): boolean {
  const format = recogniseJson(body)
  const reader = readers.find(({ name }) => name === format && (expected === 'auto' || expected === format))
  if (!reader) return false
  const { message, type, code, param, status = 0 } = reader.decode(body)
  if (format === 'problem') return status >= 400 && Boolean(text(body?.type))
  const isOnly = [body, ...items(body?.errors)].every((part) =>
    Object.keys(part ?? {}).every((key) => reader.members?.test(key)),
  )
  return isOnly && Boolean(message && (type || code || param || status >= 400 || text(body?.status) === 'FAILED'))
}

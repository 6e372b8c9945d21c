import type { FormatName } from '../contract/profile.ts'
import { items, text } from '../formats/decoded.ts'
import { recogniseJson } from '../formats/recognise.ts'
import type { Loose } from '../formats/tame.ts'
import { decoders } from './decode-body.ts'

/** Members of an envelope, and of the entries of its list. A problem may have any besides its own. */
const members: Readonly<Record<Exclude<FormatName, 'problem'>, readonly string[]>> = {
  stripe: ['error'],
  google: ['error'],
  'error-list': ['errors', 'type', 'code', 'message', 'param'],
  jsonapi: ['errors', 'jsonapi', 'links', 'meta', 'id', 'status', 'code', 'title', 'detail', 'source'],
  'field-errors': ['errors', 'message'],
  currents: ['error', 'status'],
}

/**
 * Whether a success carries an error all the same. In doubt it does not, since the status says so: a body counts that
 * looks like the format, has a message and with it a code, a type, a field or an error's status, and has **no member
 * besides** the envelope's. So `{"message": "ok"}` is none, nor a job or a list that has errors among its data.
 * @param body as parsed
 * @example
 * isErrorEnvelope({ error: { type: 'card_error', message: 'Declined.' } }, 'stripe') // true
 */
export function isErrorEnvelope(body: unknown, expected: FormatName | 'auto'): boolean {
  const loose = body as Loose
  const format = recogniseJson(loose)
  if (format === undefined || (expected !== 'auto' && expected !== format)) return false
  const { message, type, code, param, status = 0 } = decoders[format](loose)
  if (format === 'problem') return status >= 400 && text(loose?.type) !== undefined
  const isOnly = [loose, ...items(loose?.errors)].every((part) =>
    Object.keys(part ?? {}).every((key) => members[format].includes(key)),
  )
  return isOnly && Boolean(message && (type || code || param || status >= 400 || text(loose?.status) === 'FAILED'))
}

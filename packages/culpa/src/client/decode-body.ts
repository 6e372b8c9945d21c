import type { FormatName } from '../contract/profile.ts'
import { decodeCurrents } from '../formats/currents.ts'
import { decodeErrorList } from '../formats/error-list.ts'
import { decodeFieldErrors } from '../formats/field-errors.ts'
import type { DecodedError } from '../formats/format.ts'
import { decodeGoogle } from '../formats/google.ts'
import { decodeJsonapi } from '../formats/jsonapi.ts'
import { decodeProblem } from '../formats/problem.ts'
import { recogniseJson } from '../formats/recognise.ts'
import { decodeStripe } from '../formats/stripe.ts'
import type { Loose } from '../formats/tame.ts'

/** What an error was read from: a format, or a body of none; JSON that tells nothing counts as `text`. */
export type BodyFormat = FormatName | 'text' | 'html' | 'empty'

/** The reading half of every wire format: encoders and schemas stay out of a client's bundle. */
export const decoders: Readonly<Record<FormatName, (body: Loose) => DecodedError>> = {
  stripe: decodeStripe,
  'error-list': decodeErrorList,
  'field-errors': decodeFieldErrors,
  currents: decodeCurrents,
  problem: decodeProblem,
  jsonapi: decodeJsonapi,
  google: decodeGoogle,
}

/**
 * Reads the body of an error, whatever it is: in the format given where that gives a message, else in the one it looks
 * like, since what answers may be a proxy.
 * @example
 * decodeBody('<html>…', 'stripe') // { format: 'html', problems: [] }
 */
export function decodeBody(
  text: string,
  expected: FormatName | 'auto',
): DecodedError & { readonly format: BodyFormat } {
  const body = parsed(text) as Loose
  const read = [expected, recogniseJson(body)].flatMap((format) =>
    format === undefined || format === 'auto' ? [] : [{ format, ...decoders[format](body) }],
  )
  return (
    read.find(({ message }) => message) ??
    read.find(({ problems }) => problems.length > 0) ?? { ...firstLine(body), format: kindOf(text), problems: [] }
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function kindOf(text: string): BodyFormat {
  if (text.trim() === '') return 'empty'
  return /^\s*<(!doctype html|html|head|body|h1|center|!--)/i.test(text) ? 'html' : 'text'
}

/** What a gateway says in plain text; never half a JSON body or markup. */
function firstLine(body: unknown): { readonly message?: string } {
  const message = typeof body === 'string' && /^\s*([^\s{[<].{0,199})/u.exec(body)?.[1]
  return message ? { message } : {}
}

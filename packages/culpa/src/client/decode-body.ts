import type { FormatName } from '../contract/profile.ts'
import type { BodyReader } from '../formats/body-reader.ts'
import { text } from '../formats/decoded.ts'
import type { DecodedError } from '../formats/format.ts'
import type { Loose } from '../formats/tame.ts'
import type { Scrub } from './plain.ts'

/** What an error was read from: a format, or a body of none; JSON that tells nothing counts as `text`. */
export type BodyFormat = FormatName | 'text' | 'html' | 'empty'

/**
 * Reads the body of an error, whatever it is: in the format given where that gives a message, else in the one it looks
 * like, since what answers may be a proxy. Of plain text, such as gateways send, the first line is the message.
 * @example
 * decodeBody('<html>…', 'stripe', allReaders, String) // { format: 'html', message: '', problems: [] }
 */
export function decodeBody(
  whole: string,
  expected: FormatName | 'auto',
  readers: readonly BodyReader[],
  scrub: Scrub,
): DecodedError & { readonly format: BodyFormat } {
  let body: unknown
  try {
    body = JSON.parse(whole)
  } catch {
    // Scrubbed before anything is cut off: no half of a secret is left at the end.
    body = scrub(whole)
  }
  const found = [
    readers.find(({ name }) => name === expected),
    readers.find((reader) => reader.isLike(body as Loose)),
  ].flatMap((reader) => (reader ? { format: reader.name, ...reader.decode(body as Loose) } : []))
  // Never half a JSON body, nor markup.
  const [, html, message = ''] = /^\s*(?:(<[!\w])|([^{[<].{0,199}))?/iu.exec(text(body) ?? '') ?? []
  const format = html ? 'html' : whole.trim() ? 'text' : 'empty'
  return (
    found.find((one) => one.message) ?? found.find(({ problems }) => problems[0]) ?? { format, message, problems: [] }
  )
}

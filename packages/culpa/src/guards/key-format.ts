import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const idLength = 12
const secretLength = 32
const checksumLength = 6
const keyPattern = /^([a-z][a-z0-9]*)_([a-z][a-z0-9]*)_([0-9A-Za-z]{48,200})$/

/** A key taken apart. */
export interface KeyParts {
  readonly prefix: string
  readonly environment: string
  readonly keyId: string
  readonly secret: string
}

/**
 * Takes a key apart: `<prefix>_<environment>_<12 id><30 or more secret><6 checksum>`. `undefined` when the form or the
 * checksum is wrong, so that a typing error costs no look-up.
 * @example
 * parseKey('sk_test_4eC39HqLyjWDarjtT1zdp7dc…')?.keyId
 */
export function parseKey(text: string): KeyParts | undefined {
  const match = keyPattern.exec(text)
  if (match === null) return undefined
  const tail = match[3] as string
  if (checksum(text.slice(0, -checksumLength)) !== tail.slice(-checksumLength)) return undefined
  return {
    prefix: match[1] as string,
    environment: match[2] as string,
    keyId: tail.slice(0, idLength),
    secret: tail.slice(idLength, -checksumLength),
  }
}

/**
 * Every piece of a text that has the form of a key, whatever its checksum. Takes time in proportion to the length: the
 * runs of letters and digits are looked at from their ends, each once.
 */
export function keyForms(text: string): readonly string[] {
  const forms: string[] = []
  for (const { index, 0: tail } of text.matchAll(/_[0-9A-Za-z]{48,200}/g)) {
    const environment = wordStart(text, index)
    if (environment === index || text[environment - 1] !== '_') continue
    const prefix = wordStart(text, environment - 1)
    const form = text.slice(prefix, index) + tail
    if (keyPattern.test(form)) forms.push(form)
  }
  return forms
}

/** Start of the word of lower-case letters and digits that ends before `end`; it begins with a letter. */
function wordStart(text: string, end: number): number {
  let start = end
  while (start > 0 && /[a-z0-9]/.test(text[start - 1] as string)) start--
  while (start < end && /[0-9]/.test(text[start] as string)) start++
  return start
}

/** Puts a key together; the reverse of {@link parseKey}. */
export function formatKey({ prefix, environment, keyId, secret }: KeyParts): string {
  const body = `${prefix}_${environment}_${keyId}${secret}`
  return body + checksum(body)
}

/** A fresh key id, 12 characters (71 bits). */
export const randomKeyId = () => randomBase62(idLength)
/** A fresh secret, 32 characters (190 bits). */
export const randomSecret = () => randomBase62(secretLength)

function randomBase62(length: number): string {
  let text = ''
  while (text.length < length) {
    // 248 is the largest multiple of 62 in a byte: what is above would favour some characters.
    for (const byte of randomBytes(length)) if (byte < 248 && text.length < length) text += alphabet[byte % 62]
  }
  return text
}

function checksum(text: string): string {
  let rest = crc32(text)
  let digits = ''
  for (let index = 0; index < checksumLength; index++) {
    digits = alphabet[rest % 62] + digits
    rest = Math.floor(rest / 62)
  }
  return digits
}

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

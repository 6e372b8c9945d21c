import { hash } from 'node:crypto'

/** HMAC-SHA-256 of a secret, as 64 hexadecimal digits. */
export type SecretHash = (secret: string) => string

const blockBytes = 64
const digestBytes = 32

/**
 * HMAC-SHA-256 (RFC 2104) under one pepper, whose two blocks are made once: `createHmac` makes them, and two objects,
 * for each request.
 * @example
 * secretHash(pepper)('the secret of a key')
 */
export function secretHash(pepper: string): SecretHash {
  const given = Buffer.from(pepper)
  const key = given.length > blockBytes ? hash('sha256', given, 'buffer') : given
  const outer = Buffer.alloc(blockBytes + digestBytes, 0x5c)
  let inner = Buffer.alloc(blockBytes + 256, 0x36)
  for (const [index, byte] of key.entries()) {
    outer[index] = byte ^ 0x5c
    inner[index] = byte ^ 0x36
  }
  return (secret) => {
    const length = blockBytes + Buffer.byteLength(secret)
    if (length > inner.length) inner = Buffer.concat([inner.subarray(0, blockBytes)], length)
    inner.write(secret, blockBytes)
    // Digests as text: a buffer for each costs more than the hash.
    outer.write(hash('sha256', inner.subarray(0, length), 'binary'), blockBytes, 'latin1')
    return hash('sha256', outer, 'hex')
  }
}

import { hash } from 'node:crypto'

// Several statements in one round trip cannot have values beside them. What is written into such a text has
// neither quote nor backslash of its own: nothing of a request can be read as SQL, whatever the settings of the server.

/**
 * SQL of a text. Not by a function that makes text of bytes: its collation would keep the index from being used.
 */
export function textLiteral(text: string): string {
  const escaped = text.replace(
    /[^\w:,. /"[\]{}-]/gu,
    (one) => `\\U${(one.codePointAt(0) as number).toString(16).padStart(8, '0')}`,
  )
  return `E'${escaped}'`
}

/** SQL of bytes. */
export function bytesLiteral(bytes: Uint8Array): string {
  return `decode('${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}', 'hex')`
}

/** A number of 64 bits for an advisory lock, as its two halves. */
export interface LockNumber {
  readonly high: number
  readonly low: number
}

export function lockNumber(...parts: readonly string[]): LockNumber {
  const digest = hash('sha256', JSON.stringify(parts), 'buffer')
  return { high: digest.readUInt32BE(0), low: digest.readUInt32BE(4) }
}

/** SQL of the number as one of 64 bits. */
export function bigLiteral({ high, low }: LockNumber): string {
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)).toString()
}

/** SQL of the number as two of 32 bits: locks of that form are never those of the other. */
export function pairLiteral({ high, low }: LockNumber): string {
  return `${high | 0}, ${low | 0}`
}

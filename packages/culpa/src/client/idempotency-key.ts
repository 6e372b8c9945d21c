/** `auto`: POST and PATCH get a key each, for servers that honour keys. `off`: only a key the caller gives is sent. */
export type IdempotencyMode = 'auto' | 'off'

/** 128 random bits; unlike `randomUUID` also where a page was loaded over plain HTTP. */
export function newIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

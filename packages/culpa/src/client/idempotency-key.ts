/** `auto`: POST and PATCH get a key each, for servers that honour keys. `off`: only a key the caller gives is sent. */
export type IdempotencyMode = 'auto' | 'off'

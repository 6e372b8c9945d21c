import type { Exchange } from '../server/exchange.ts'

const waiting = new WeakMap<Exchange, () => void>()

/** Has `callback` called once the key of a request is accepted. A refusal is told by the kernel. */
export function whenKeyAccepted(exchange: Exchange, callback: () => void): void {
  waiting.set(exchange, callback)
}

/** Tells whoever waits that the key of a request is accepted. */
export function keyAccepted(exchange: Exchange): void {
  waiting.get(exchange)?.()
}

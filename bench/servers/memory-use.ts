// Fills the stores in memory, and tells the bytes that each key takes.
import { memoryIdempotency, memoryLimits } from 'culpa/memory'
import { answer } from './answer.ts'

/** Bytes a key, by what was filled. */
export interface MemoryUse {
  readonly limit: number
  readonly idempotency: number
}

const count = 500_000
const body = Buffer.from('{"id":"order_1","item":"item_1","quantity":2}')

function bytesOf(fill: () => unknown): number {
  const before = usedBytes()
  const store = fill()
  const after = usedBytes()
  // Read after the measuring, so that the store is not collected before.
  if (store === undefined) throw new Error('nothing was filled')
  return (after - before) / count
}

function usedBytes(): number {
  for (let time = 0; time < 3; time += 1) globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function fillLimits() {
  const store = memoryLimits({ maxKeys: count })
  for (let index = 0; index < count; index += 1) {
    store.take([{ key: `writes:org_${index}:test`, intervalMs: 3_600_000, burst: 20, cost: 1 }])
  }
  return store
}

function fillIdempotency() {
  const store = memoryIdempotency()
  for (let index = 0; index < count; index += 1) {
    const scope = JSON.stringify(['org_1', 'test', 'POST', '/orders', `order_${index}`])
    const claim = store.claim(scope, index.toString(16).padStart(64, '0'), 120_000)
    if (claim instanceof Promise || claim.state !== 'claimed') throw new Error(`${scope} is taken`)
    store.finish(scope, claim.attempt, { status: 200, headers: [['content-type', 'application/json']], body })
  }
  return store
}

answer('ready', (): MemoryUse => ({ limit: bytesOf(fillLimits), idempotency: bytesOf(fillIdempotency) }))

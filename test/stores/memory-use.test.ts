import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../support/memory-use.ts', import.meta.url))

/** Bytes that a key takes of a store, at most, of so many. */
async function bytesOf(kind: string, keys: number): Promise<number> {
  const child = fork(script, [kind, String(keys)], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
  })
  const [bytes] = (await once(child, 'message')) as [number]
  return bytes
}

test('a caller takes at most 32 bytes of the limits in memory, however many there are', async () => {
  const bytes = await bytesOf('limits', 300_000)
  expect(bytes).toBeGreaterThan(16)
  expect(bytes).toBeLessThanOrEqual(32)
})

test('an idempotency key in memory takes at most 70 bytes more than its texts and its answer', async () => {
  // Scope, fingerprint, and an answer of 200 bytes.
  const contents = 74 + 43 + 200
  const bytes = await bytesOf('idempotency-memory', 100_000)
  expect(bytes).toBeGreaterThan(contents)
  expect(bytes).toBeLessThanOrEqual(contents + 70)
})

import { setImmediate, setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { eventLoopDelay } from '../../packages/culpa/src/adapters/node.ts'

/** Longer than the second after which a reading is renewed. */
const windowMs = 1100
const blockMs = 400

test('the delay of the event loop is higher when it was blocked than when it was idle', async () => {
  const delayMs = eventLoopDelay()
  await setTimeout(windowMs)
  const idle = delayMs()
  await block()
  const blocked = delayMs()
  await setTimeout(windowMs)
  const recovered = delayMs()
  expect(blocked).toBeGreaterThan(idle)
  expect(blocked).toBeGreaterThan(recovered)
  // A busy machine only lengthens the blocks; what came before the last reading must not dilute them.
  expect(blocked).toBeGreaterThan(blockMs / 2)
})

async function block(): Promise<void> {
  for (let blocks = 0; blocks * blockMs < windowMs; blocks++) {
    const until = performance.now() + blockMs
    while (performance.now() < until);
    await setImmediate()
  }
}

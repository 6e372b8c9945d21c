import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../support/memory-use.ts', import.meta.url))

test('a caller takes at most 32 bytes of the limits in memory, however many there are', async () => {
  const child = fork(script, ['limits', '300000'], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
  })
  const [bytes] = (await once(child, 'message')) as [number]
  expect(bytes).toBeGreaterThan(16)
  expect(bytes).toBeLessThanOrEqual(32)
})

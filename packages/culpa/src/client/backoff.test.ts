import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

const retry = fc.integer({ min: 1, max: 40 })
const baseMs = fc.constantFrom(200, 1000)
const hintMs = fc.double({ min: 0, max: 1e9, noNaN: true })
const random = fc.double({ min: 0, max: 0.999_999, noNaN: true })

test('without a hint a wait is never below 50 ms and never above its bound', () => {
  fc.assert(
    fc.property(retry, baseMs, random, (n, base, drawn) => {
      const wait = backoffMs(n, base, 0, () => drawn)
      expect(wait).toBeGreaterThanOrEqual(50)
      expect(wait).toBeLessThanOrEqual(Math.max(50, Math.min(8000, base * 2 ** (n - 1))))
    }),
  )
})

test('a wait is never shorter than the hint, and longer by at most a tenth or a second', () => {
  fc.assert(
    fc.property(retry, baseMs, hintMs, random, random, (n, base, hint, first, second) => {
      const drawn = [first, second]
      const wait = backoffMs(n, base, hint, () => drawn.shift()!)
      expect(wait).toBeGreaterThanOrEqual(hint)
      const longest = Math.max(50, hint, Math.min(8000, base * 2 ** (n - 1)))
      expect(wait).toBeLessThanOrEqual(longest + Math.min(1000, 0.1 * hint))
    }),
  )
})

test('the draw spreads waits over the whole range, not around one time', () => {
  const waits = [0, 0.1, 0.5, 0.9].map((drawn) => backoffMs(3, 1000, 0, () => drawn))
  expect(waits).toEqual([50, 400, 2000, 3600])
})

test('callers told the same time do not come back together', () => {
  const at = (drawn: number) => backoffMs(1, 1000, 20_000, () => drawn)
  expect([at(0), at(0.5), at(0.999)]).toEqual([20_000, 20_500, 20_999])
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryArrivals } from './memory-arrivals.ts'

/** Keys of two parts that want a few places of them, so that they are in each other's way. */
const crowded = fc
  .record({ place: fc.nat(15), other: fc.nat(3), part: fc.nat(1) })
  .map(({ place, other, part }) => (place * 2 ** 20 + other) * 256 + part + 2)
const anywhere = fc.integer({ min: 1, max: 2 ** 53 - 1 })
const keys = fc.oneof(crowded, anywhere)
const steps = fc.array(
  fc.oneof(
    fc.record({ key: keys, time: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ sweep: fc.integer({ min: 1, max: 50 }), now: fc.nat(50) }),
  ),
  { maxLength: 300, size: 'max' },
)

test('has of every key what was set last, and loses none but those that are over', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const arrivals = memoryArrivals()
      const model = new Map<number, number>()
      for (const step of list) {
        if ('key' in step) {
          arrivals.set(step.key, step.time)
          model.set(step.key, step.time)
          continue
        }
        arrivals.sweep(step.sweep, step.now)
        for (const [key, time] of model) if (arrivals.get(key) === 0 && time <= step.now) model.delete(key)
      }
      for (const [key, time] of model) expect(arrivals.get(key)).toBe(time)
      expect(arrivals.size).toBe(model.size)
    }),
  )
})

test('sweeping comes round, and drops no more keys at a time than places told', () => {
  const arrivals = memoryArrivals()
  for (let key = 1; key <= 1000; key += 1) arrivals.set(key * 0x1_0003_0007, 5)
  arrivals.sweep(10, 4)
  expect(arrivals.size).toBe(1000)
  arrivals.sweep(10, 5)
  expect(arrivals.size).toBeLessThan(1000)
  expect(arrivals.size).toBeGreaterThanOrEqual(990)
  for (let count = 0; count < 400; count += 1) arrivals.sweep(10, 5)
  expect(arrivals.size).toBe(0)
})

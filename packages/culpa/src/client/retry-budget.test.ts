import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRetryBudget } from './retry-budget.ts'

test('ten retries without a hint, or 25 with one, and it is empty', () => {
  const plain = createRetryBudget(() => 0)
  const hinted = createRetryBudget(() => 0)
  const taken = (budget: typeof plain, withHint: boolean) =>
    Array.from({ length: 30 }, () => budget.take(withHint)).filter((cost) => cost > 0)
  expect(taken(plain, false)).toEqual(Array(10).fill(5))
  expect(taken(hinted, true)).toEqual(Array(25).fill(2))
})

test('a refund, first successes and time fill it again', () => {
  let now = 0
  const budget = createRetryBudget(() => now)
  while (budget.take(false) > 0);
  expect(budget.take(false)).toBe(0)
  budget.succeed(5)
  expect(budget.take(false)).toBe(5)
  for (let i = 0; i < 10; i++) budget.succeed(0)
  expect(budget.take(false)).toBe(5)
  now = 9_999
  expect(budget.take(false)).toBe(0)
  now = 10_000
  expect(budget.take(false)).toBe(5)
})

test('it never holds more than 50, and a clock that goes back takes nothing', () => {
  let now = 1e9
  const budget = createRetryBudget(() => now)
  for (let i = 0; i < 1000; i++) budget.succeed(0)
  now = 0
  let taken = 0
  while (budget.take(false) > 0) taken++
  expect(taken).toBe(10)
})

test('over any course of events, retries cost no more than it held and earned', () => {
  const event = fc.constantFrom('retry', 'hinted', 'success', 'second')
  fc.assert(
    fc.property(fc.array(event, { maxLength: 300 }), (events) => {
      let now = 0
      const budget = createRetryBudget(() => now)
      let spent = 0
      let earned = 0
      for (const each of events) {
        if (each === 'second') now += 1000
        if (each === 'success') budget.succeed(0)
        if (each === 'second' || each === 'success') earned += 0.5
        else spent += budget.take(each === 'hinted')
      }
      expect(spent).toBeLessThanOrEqual(50 + earned)
    }),
  )
})

import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createPace } from './pace.ts'

function processorMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

function spin(ms: number): void {
  const started = processorMs()
  while (processorMs() - started < ms);
}

test('work rests as long as others need the time, and not where nobody does', async () => {
  const pace = createPace(100)
  expect(pace.restMs()).toBe(0)
  pace.run(() => spin(5))
  spin(5)
  expect(pace.restMs()).toBeGreaterThan(100)
  // However long it takes: a loop that waits owes nothing.
  while (pace.restMs() > 0) await delay(20)
  expect(pace.restMs()).toBe(0)
})

test('what was owed is paid by the time that others had', () => {
  const pace = createPace(2)
  pace.run(() => spin(5))
  const owed = pace.restMs()
  spin(5)
  expect(pace.restMs()).toBeLessThan(owed)
  spin(20)
  expect(pace.restMs()).toBe(0)
})

test('work that throws has taken its time as well', () => {
  const pace = createPace(100)
  const broken = () => {
    spin(5)
    throw new Error('disk full')
  }
  expect(() => pace.run(broken)).toThrow('disk full')
  expect(pace.restMs()).toBeGreaterThan(0)
})

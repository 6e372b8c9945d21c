import { expect, test } from 'vitest'
import { memoryRecords } from './memory-records.ts'

const reply = { status: 200, headers: [], body: Uint8Array.of(1, 2, 3) }
const claimed = { scope: 'ab', hash: 7, fingerprint: 'cd', attempt: 1 }

test('a record is of its own scope, not of one that begins or goes on alike', () => {
  const records = memoryRecords()
  const reference = records.add(claimed, 0, reply)
  expect(records.isOf(reference, 'ab')).toBe(true)
  for (const other of ['', 'a', 'abc', 'abcd', 'aB', 'a\u0162', 'ба'])
    expect(records.isOf(reference, other)).toBe(false)
  const wide = records.add({ ...claimed, scope: '漢' }, 0, reply)
  expect(records.isOf(wide, '漢')).toBe(true)
  expect(records.isOf(wide, 'o"')).toBe(false)
})

test.each([-1, 65_536, 200.5, Number.NaN])('has no block for the status %d', (status) => {
  expect(memoryRecords().add(claimed, 0, { ...reply, status })).toBe(0)
})

test('a record that moves is what it was, expired or not', () => {
  const records = memoryRecords()
  const body = new Uint8Array(3000).fill(5)
  const references = Array.from({ length: 60 }, (_, key) => {
    return records.add({ ...claimed, scope: `k${key}`, hash: key, attempt: key }, key, { ...reply, body })
  })
  const [first, second, ...others] = references as [number, number, ...number[]]
  records.expire(first)
  for (const reference of others.slice(0, 30)) records.remove(reference)
  const moved = [first, second].map(records.tidy) as [number, number]
  expect(moved).not.toContain(first)
  expect(moved).not.toContain(second)
  expect(moved.map(records.hashOf)).toEqual([0, 1])
  expect(moved.map(records.recordedAt)).toEqual([0, 1])
  expect(moved.map((reference, key) => records.isOf(reference, `k${key}`))).toEqual([true, true])
  expect(records.read(moved[0])).toEqual({ state: 'expired', fingerprint: 'cd', attempt: 0 })
  expect(records.read(moved[1])).toEqual({
    state: 'finished',
    fingerprint: 'cd',
    attempt: 1,
    reply: { ...reply, body },
  })
})

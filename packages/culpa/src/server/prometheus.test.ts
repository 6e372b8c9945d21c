import { expect, test } from 'vitest'
import { parsePrometheus } from '../../../../test/support/prometheus.ts'
import { counter, gauge } from './prometheus.ts'

test('label values keep quotes, backslashes and line breaks', () => {
  const value = 'a "quoted" \\ value\non two lines'
  const counted = counter('things_total', 'Things.\nOf "all" \\ kinds.', ['kind'])
  counted.add(value)
  counted.add(value)
  expect(parsePrometheus(counted.text())).toEqual([{ name: 'things_total', labels: { kind: value }, value: 2 }])
})

test('a gauge is read when it is asked for', () => {
  let value = 1
  const level = gauge('level', 'How much.', () => value)
  value = 0.5
  expect(parsePrometheus(level.text())).toEqual([{ name: 'level', labels: {}, value: 0.5 }])
})

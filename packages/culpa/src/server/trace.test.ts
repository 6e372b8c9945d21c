import { expect, test } from 'vitest'
import { continueTrace } from './trace.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const parent = '00f067aa0ba902b7'

test('goes on with the trace a caller sent', () => {
  const trace = continueTrace(`00-${traceId}-${parent}-00`, 'vendor=1')
  expect(trace).toMatchObject({ traceId, parentSpanId: parent, sampled: false })
  expect(trace.spanId).toMatch(/^[\da-f]{16}$/)
  expect(trace.spanId).not.toBe(parent)
  expect(trace.headers).toEqual({ traceparent: `00-${traceId}-${trace.spanId}-00`, tracestate: 'vendor=1' })
})

test('a version to come is read as far as it is known', () => {
  expect(continueTrace(`01-${traceId}-${parent}-03-more`, undefined)).toMatchObject({ traceId, sampled: true })
})

test.each([
  undefined,
  '',
  'nonsense',
  `ff-${traceId}-${parent}-01`,
  `00-${'0'.repeat(32)}-${parent}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${parent}-01`,
  `00-${traceId}-${parent}-01-more`,
  `00-${traceId}-${parent}`,
])('begins a trace after %j, and forgets the state that came with it', (header) => {
  const trace = continueTrace(header, 'vendor=1')
  expect(trace.traceId).toMatch(/^(?!0+$)[\da-f]{32}$/)
  expect(trace.traceId).not.toBe(traceId)
  expect(trace).toMatchObject({ parentSpanId: undefined, sampled: true })
  expect(trace.headers).not.toHaveProperty('tracestate')
})

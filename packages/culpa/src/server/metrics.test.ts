import { expect, test } from 'vitest'
import { parsePrometheus } from '../../../../test/support/prometheus.ts'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { send } from '../guards/testing.suite.ts'
import { type Metrics, metrics } from './metrics.ts'
import { operationsFor } from './operations-for.ts'

const duration = 'http_server_request_duration_seconds'

function arrange(requests: Metrics) {
  const contract = defineContract({ docs: '/errors', errors: { sold_out: { status: 409, message: 'Sold "out".' } } })
  const operation = operationsFor(contract)
  const gate = Promise.withResolvers<void>()
  const api = createApi({
    contract,
    log: requests.log,
    operations: [
      operation('GET /items/:id', {
        errors: ['sold_out'],
        handler({ params, errors }) {
          if (params.id === 'none') throw errors.sold_out()
          if (params.id === 'bug') throw new Error('undeclared')
          return params
        },
      }),
      operation('POST /slow', { handler: () => gate.promise }),
    ],
  })
  return { api: requests.measure(api), open: gate.resolve }
}

const sampleOf = (requests: Metrics, name: string, labels: object = {}) =>
  parsePrometheus(requests.text()).find(
    (one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
  )?.value

test('requests are counted by method, route, status, code and source', async () => {
  const requests = metrics()
  const { api } = arrange(requests)
  for (const id of ['1', '2', 'none', 'bug']) await send(api, `GET /items/${id}`)
  const counts = parsePrometheus(requests.text()).filter(({ name }) => name === `${duration}_count`)
  const common = { http_request_method: 'GET', http_route: '/items/:id' }
  expect(counts.map(({ labels, value }) => [labels, value])).toEqual([
    [{ ...common, http_response_status_code: '200', error_type: '', culpa_source: '' }, 2],
    [{ ...common, http_response_status_code: '409', error_type: 'sold_out', culpa_source: 'handler' }, 1],
    [{ ...common, http_response_status_code: '500', error_type: 'internal_error', culpa_source: 'handler' }, 1],
  ])
  expect(sampleOf(requests, 'culpa_undeclared_failures_total', { http_route: '/items/:id' })).toBe(1)
})

test('what callers invent makes no series of its own', async () => {
  const requests = metrics()
  const { api } = arrange(requests)
  for (let index = 0; index < 50; index++) await send(api, `VERB${index} /invented/${index}?q=${index}`)
  const labels = parsePrometheus(requests.text())
    .filter(({ name }) => name === `${duration}_count`)
    .map((one) => [one.labels.http_request_method, one.labels.http_route, one.value])
  expect(labels).toEqual([['_OTHER', '_OTHER', 50]])
})

test('a request is active until it is answered', async () => {
  const requests = metrics()
  const { api, open } = arrange(requests)
  const answer = send(api, 'POST /slow')
  expect(sampleOf(requests, 'http_server_active_requests')).toBe(1)
  open()
  await answer
  expect(sampleOf(requests, 'http_server_active_requests')).toBe(0)
})

test('durations fall into their buckets, the last one open', () => {
  const requests = metrics({ bucketsSeconds: [0.1, 1] })
  for (const durationMs of [50, 100, 101, 5000]) {
    requests.log(
      { at: 0, requestId: 'req_1', contract: 'api', method: 'GET', path: '/', status: 200, durationMs },
      // The messages themselves are not looked at.
      {} as never,
    )
  }
  const buckets = parsePrometheus(requests.text()).filter(({ name }) => name === `${duration}_bucket`)
  expect(buckets.map(({ labels, value }) => [labels.le, value])).toEqual([
    ['0.1', 2],
    ['1', 3],
    ['+Inf', 4],
  ])
  expect(sampleOf(requests, `${duration}_sum`)).toBeCloseTo(5.251)
})

test('a failure after the answer is a failure, but no second request', () => {
  const requests = metrics()
  const event = { at: 0, requestId: '', contract: '', method: '', path: '', status: 0, durationMs: 0 }
  requests.log({ ...event, code: 'internal_error', source: 'process', declared: false })
  expect(sampleOf(requests, `${duration}_count`)).toBeUndefined()
  expect(sampleOf(requests, 'culpa_undeclared_failures_total', { culpa_source: 'process' })).toBe(1)
})

test.each([[[2, 1]], [[1, 1]], [[Infinity]]])('buckets %j are refused', (bucketsSeconds) => {
  expect(() => metrics({ bucketsSeconds })).toThrow('the buckets do not ascend')
})

import { routeOf } from './access-log.ts'
import type { Log, LogEvent } from './log.ts'
import type { Handling } from './mount.ts'
import { type Counter, counter, gauge, type Histogram, histogram } from './prometheus.ts'

/** Counts requests, for Prometheus. */
export interface Metrics {
  /** Give it to `createApi`, or to `api.watch`. */
  readonly log: Log
  /** The same API, its requests counted while they run. */
  measure(api: Handling): Handling
  /** Everything counted so far, in the text format 0.0.4. */
  text(): string
}

/** Media type of {@link Metrics.text}. */
export const metricsMediaType = 'text/plain; version=0.0.4; charset=utf-8'

export interface MetricsOptions {
  /** Upper bounds in seconds, ascending. Default: those OpenTelemetry advises. */
  readonly bucketsSeconds?: readonly number[]
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-metrics/ */
const advisedBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** Others count as one: a caller can invent as many methods as it likes. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Stands for what callers can invent: methods and paths that are none of the API's. */
const other = '_OTHER'

/**
 * Makes the metrics of one API, or of several on one server. The number of series is bounded by the contracts: routes are
 * templates, codes are declared ones, and whatever a caller invents counts as `_OTHER`.
 * @throws {TypeError} for buckets that do not ascend
 * @example
 * const requests = metrics()
 * const api = createApi({ contract, operations, log: requests.log })
 * listen(requests.measure(api))
 */
export function metrics({ bucketsSeconds = advisedBuckets }: MetricsOptions = {}): Metrics {
  const duration: Histogram = histogram(
    'http_server_request_duration_seconds',
    'From the arrival of a request to its answer.',
    ['http_request_method', 'http_route', 'http_response_status_code', 'error_type', 'culpa_source'],
    bucketsSeconds,
  )
  const undeclared: Counter = counter(
    'culpa_undeclared_failures_total',
    'Failures that the contract does not declare, stopped by the closed world.',
    ['http_route', 'culpa_source'],
  )
  const replayed: Counter = counter(
    'culpa_replayed_requests_total',
    'Requests answered from the record of an idempotency key.',
    ['http_route'],
  )
  let running = 0
  const active = gauge('http_server_active_requests', 'Requests that are being worked on.', () => running)

  return {
    log(event, traffic) {
      const route = routeOf(event) ?? other
      if (event.declared === false) undeclared.add(route, event.source ?? '')
      // A failure after the answer, or outside any request, is no request.
      if (traffic === undefined) return
      if (event.replayed === true) replayed.add(route)
      duration.observe(event.durationMs / 1000, ...labelsOf(event, route))
    },
    measure: (api) => ({
      ...api,
      handle(request) {
        running++
        const leave = () => {
          running--
        }
        const answer = api.handle(request)
        if (answer instanceof Promise) answer.then(leave, leave)
        else leave()
        return answer
      },
    }),
    text: () => [duration, active, undeclared, replayed].map((one) => one.text()).join(''),
  }
}

function labelsOf({ method, status, code, source }: LogEvent, route: string): string[] {
  return [methods.has(method) ? method : other, route, String(status), code ?? '', source ?? '']
}

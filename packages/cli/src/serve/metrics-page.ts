import { type Api, type Contract, createApi, type Metrics, metricsMediaType, operationsFor, reply } from 'culpa'
import { processMetrics } from './process-metrics.ts'

/** Where Prometheus looks by default. */
export const metricsPath = '/metrics'

/** `GET /metrics`, in the contract of the API that is measured. */
export function metricsApi(contract: Contract, requests: Metrics): Api {
  const ofProcess = processMetrics()
  const headers = [
    ['content-type', metricsMediaType],
    ['cache-control', 'no-store'],
  ] as const
  return createApi({
    contract,
    operations: [
      operationsFor(contract)(`GET ${metricsPath}`, {
        summary: 'Metrics for Prometheus',
        produces: ['text/plain'],
        handler: () => reply(200, requests.text() + ofProcess(), headers),
      }),
    ],
  })
}

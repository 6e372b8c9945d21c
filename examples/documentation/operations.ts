import { accessLog, createApi, logFailures, logs, metrics } from 'culpa'
import { contract, api as shop } from './shop.ts'

const { operations } = shop

// docs/operations.md
const requests = metrics()
const api = createApi({
  contract,
  log: logs(
    logFailures,
    accessLog((record) => process.stdout.write(`${JSON.stringify(record)}\n`)),
    requests.log,
  ),
  operations,
})
const served = requests.measure(api) // requests.text() is what Prometheus reads

export { requests, served }

import { listen } from '../../packages/culpa/src/adapters/node.ts'
import { defineContract } from '../../packages/culpa/src/contract/define-contract.ts'
import { createApi } from '../../packages/culpa/src/create-api.ts'
import { capture } from '../../packages/culpa/src/profiles/capture.ts'
import { operationsFor } from '../../packages/culpa/src/server/operations-for.ts'

const contract = defineContract({ profile: capture, docs: '/errors' })
const operation = operationsFor(contract)

const api = createApi({
  contract,
  operations: [
    operation('GET /throw-later', {
      handler() {
        setTimeout(() => {
          throw new Error('thrown later')
        })
        return {}
      },
    }),
    operation('GET /reject-later', {
      handler() {
        void Promise.resolve().then(() => Promise.reject(new Error('rejected later')))
        return {}
      },
    }),
    operation('GET /takes-a-while', {
      handler() {
        console.log('begun')
        return new Promise((resolve) => setTimeout(() => resolve({}), 300))
      },
    }),
  ],
})

const processFailures = process.argv[2] === 'crash' ? 'crash' : 'log'
const { port } = await listen(api, { port: 0, signals: true, processFailures })
// A second server in the process must not make a failure count twice.
await listen(api, { port: 0, processFailures })
console.log(`port ${port}`)

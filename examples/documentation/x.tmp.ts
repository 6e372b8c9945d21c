import { createApi, defineContract, operationsFor } from 'culpa'

const contract = defineContract({ docs: '/errors' })
const operation = operationsFor(contract)
export const api = createApi({
  contract,
  operations: [
    operation('GET /hello/:name', { handler: ({ params }) => ({ hello: params.name }) }),
    operation('GET /bug', {
      handler() {
        throw new Error('boom')
      },
    }),
  ],
})

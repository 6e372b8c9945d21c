import { createApi, defineContract, operationsFor } from 'culpa'
import { z } from 'zod'

// docs/cli.md and docs/operations.md: api.ts, the module that the program is shown on.
export const contract = defineContract({
  name: 'shop',
  docs: '/errors',
  errors: {
    sold_out: {
      status: 409,
      message: 'The item is sold out.',
      details: z.object({ back_on: z.string().optional() }),
      example: { back_on: '2026-12-01' },
      retry: 'never',
    },
  },
})
const operation = operationsFor(contract)

export const api = createApi({
  contract,
  log: () => undefined,
  operations: [
    operation('GET /items/:id', { errors: ['resource_missing'], handler: ({ params }) => ({ id: params.id }) }),
    operation('POST /items/:id/orders', {
      errors: ['sold_out'],
      handler({ params, errors }) {
        if (params.id === '7') throw errors.sold_out({ details: { back_on: '2026-12-01' } })
        if (params.id === '8') throw new Error('the warehouse has no shelf 8')
        return { ordered: params.id }
      },
    }),
  ],
})

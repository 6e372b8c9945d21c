// Fastify 5 with its own plugins and its own schemas, which it compiles.
import bearerAuth from '@fastify/bearer-auth'
import rateLimit from '@fastify/rate-limit'
import Fastify from 'fastify'
import { serve } from '../servers/serve.ts'
import { answerTo, hourMs, idempotency, key, limit, type Order, statusOf } from './peer.ts'

const app = Fastify()
await app.register(bearerAuth, { keys: new Set([key]) })
await app.register(rateLimit, {
  max: limit,
  timeWindow: hourMs,
  enableDraftSpec: true,
  keyGenerator: (request) => request.headers.authorization as string,
})
app.addHook('onSend', async (request, reply) => {
  reply.header('request-id', request.id)
})
app.post<{ Body: Order }>(
  '/orders',
  {
    schema: {
      body: {
        type: 'object',
        required: ['item', 'quantity'],
        properties: {
          item: { type: 'string' },
          quantity: { type: 'integer', minimum: 1 },
          note: { type: 'string', maxLength: 200 },
        },
      },
      response: {
        200: {
          type: 'object',
          properties: { id: { type: 'string' }, item: { type: 'string' }, quantity: { type: 'integer' } },
        },
      },
    },
    preHandler: async ({ headers, method, url, body }, reply) => {
      try {
        const known = await idempotency.onRequest({ headers, method, path: url, body: body as never })
        if (known !== undefined) return reply.send(known.body)
      } catch (thrown) {
        return reply.code(statusOf(thrown)).send({ message: (thrown as Error).message })
      }
    },
  },
  async ({ headers, method, url, body }) => {
    const answer = answerTo(body)
    await idempotency.onResponse({ headers, method, path: url, body }, { body: answer as never })
    return answer
  },
)
const address = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
serve({ port: Number(address.port), keys: [key] })

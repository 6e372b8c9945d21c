// Fastify 5 with its own plugins and its own schemas, which it compiles.
import bearerAuth from '@fastify/bearer-auth'
import rateLimit from '@fastify/rate-limit'
import Fastify from 'fastify'
import { serve } from '../servers/serve.ts'
import {
  answerTo,
  hourMs,
  idempotency,
  key,
  limit,
  maxBodyBytes,
  type Order,
  recorded,
  replayedHeader,
  statusOf,
} from './peer.ts'

const app = Fastify({ bodyLimit: maxBodyBytes })
await app.register(bearerAuth, { keys: new Set([key]) })
await app.register(rateLimit, {
  max: limit,
  timeWindow: hourMs,
  enableDraftSpec: true,
  keyGenerator: (request) => request.headers.authorization as string,
})
app.addHook('onSend', (request, reply, _payload, done) => {
  reply.header('request-id', request.id)
  done()
})
app.post<{ Body: Order }>(
  '/orders',
  {
    schema: {
      body: {
        type: 'object',
        required: ['item', 'quantity'],
        additionalProperties: false,
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
        if (known !== undefined) {
          const status = known.additional?.status as number
          return reply.code(status).header(replayedHeader, 'true').send(known.body)
        }
      } catch (thrown) {
        return reply.code(statusOf(thrown)).send({ message: (thrown as Error).message })
      }
    },
  },
  async ({ headers, method, url, body }) => {
    const answer = answerTo(body)
    await idempotency.onResponse({ headers, method, path: url, body }, recorded(answer))
    return answer
  },
)
const address = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
serve({ port: Number(address.port), keys: [key] })

// Hono on Node with its own bearer authentication, its validator, and hono-rate-limiter.
import { serve as serveHono } from '@hono/node-server'
import { zValidator } from '@hono/zod-validator'
import { Hono } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { bodyLimit } from 'hono/body-limit'
import { requestId } from 'hono/request-id'
import { rateLimiter } from 'hono-rate-limiter'
import { serve } from '../servers/serve.ts'
import {
  answerTo,
  hourMs,
  idempotency,
  key,
  limit,
  maxBodyBytes,
  Order,
  recorded,
  replayedHeader,
  statusOf,
} from './peer.ts'

let count = 0
const app = new Hono()
app.use(requestId({ headerName: 'request-id', generator: () => `req_${(count++).toString(36)}` }))
app.use(bearerAuth({ token: key }))
app.use(
  rateLimiter({
    windowMs: hourMs,
    limit,
    standardHeaders: 'draft-7',
    keyGenerator: (context) => context.req.header('authorization') as string,
  }),
)
app.post('/orders', bodyLimit({ maxSize: maxBodyBytes }), zValidator('json', Order), async (context) => {
  const { req } = context
  const body = req.valid('json')
  const request = { headers: req.header(), method: req.method, path: req.path, body }
  try {
    const known = await idempotency.onRequest(request)
    if (known !== undefined) {
      context.header(replayedHeader, 'true')
      return context.json(known.body as object, known.additional?.status as 200)
    }
  } catch (thrown) {
    return context.json({ message: (thrown as Error).message }, statusOf(thrown))
  }
  const answer = answerTo(body)
  await idempotency.onResponse(request, recorded(answer))
  return context.json(answer)
})
serveHono({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => serve({ port, keys: [key] }))

// Express 5 with express-rate-limit, its JSON parser and zod.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import express, { type NextFunction, type Request, type Response } from 'express'
import { rateLimit } from 'express-rate-limit'
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

const sha256 = (text: string) => createHash('sha256').update(text).digest()
const expected = sha256(`Bearer ${key}`)
let count = 0

function authenticate({ headers }: Request, response: Response, next: NextFunction): void {
  if (timingSafeEqual(sha256(headers.authorization ?? ''), expected)) next()
  else response.status(401).json({ message: 'No valid API key.' })
}

function validate(request: Request, response: Response, next: NextFunction): void {
  const { success, data, error } = Order.safeParse(request.body)
  if (!success) return void response.status(422).json({ message: 'Validation failed.', issues: error.issues })
  request.body = data
  next()
}

async function once({ headers, method, path, body }: Request, response: Response): Promise<void> {
  const request = { headers, method, path, body }
  try {
    const known = await idempotency.onRequest(request)
    if (known !== undefined) {
      const status = known.additional?.status as number
      return void response.status(status).set(replayedHeader, 'true').json(known.body)
    }
  } catch (thrown) {
    return void response.status(statusOf(thrown)).json({ message: (thrown as Error).message })
  }
  const answer = answerTo(body)
  await idempotency.onResponse(request, recorded(answer))
  response.json(answer)
}

const app = express()
// Nobody asks for either here, and neither of the others sends them.
app.disable('etag').disable('x-powered-by')
app.use((_request, response, next) => {
  response.set('request-id', `req_${(count++).toString(36)}`)
  next()
})
app.use(authenticate)
app.use(
  rateLimit({
    windowMs: hourMs,
    limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: ({ headers }) => headers.authorization as string,
  }),
)
app.post('/orders', express.json({ limit: maxBodyBytes }), validate, once)
app.use((error: { status?: number }, _request: Request, response: Response, next: NextFunction) => {
  if (response.headersSent) next(error)
  else response.status(error.status ?? 500).json({ message: 'No valid request.' })
})
const server = app.listen(0, '127.0.0.1', () => serve({ port: (server.address() as AddressInfo).port, keys: [key] }))

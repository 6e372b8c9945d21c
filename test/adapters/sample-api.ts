import { defineContract } from '../../packages/culpa/src/contract/define-contract.ts'
import { createApi } from '../../packages/culpa/src/create-api.ts'
import { capture } from '../../packages/culpa/src/profiles/capture.ts'
import type { LogEvent } from '../../packages/culpa/src/server/log.ts'
import { operationsFor } from '../../packages/culpa/src/server/operations-for.ts'
import { created, noContent, reply } from '../../packages/culpa/src/server/reply.ts'

const contract = defineContract({
  profile: capture,
  docs: 'https://docs.example.com/errors',
  // The whole table, so that each fault keeps the status HTTP has for it.
  statuses: Object.fromEntries(
    [
      200, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 412, 413, 414, 415, 417, 422, 428, 429, 431, 500, 502, 503,
      504,
    ].map((status) => [status, { name: `Status ${status}`, meaning: 'x', causes: [], fix: 'x' }]),
  ),
  errors: {
    card_declined: { status: 402, type: 'card_error', message: 'Your card was declined.' },
  },
})

const operation = operationsFor(contract)

const anything = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
} as const

/** An API of a few operations, what its handlers saw, and every log event. */
export function sampleApi() {
  const events: LogEvent[] = []
  const ran: string[] = []
  const gates: (() => void)[] = []
  const aborted: string[] = []
  const gate = () => new Promise<void>((open) => gates.push(open))
  const api = createApi({
    contract,
    log: (event) => events.push(event),
    operations: [
      operation('GET /hello', {
        handler({ request }) {
          ran.push(request.target)
          return { hello: 'world' }
        },
      }),
      operation('POST /charges', {
        body: anything,
        errors: ['card_declined'],
        maxBodyBytes: 1000,
        handler({ body, errors }) {
          ran.push('POST /charges')
          if ((body as { card?: string }).card === 'declined') throw errors.card_declined({ param: 'card' })
          return created({ id: 'ch_1', body }, '/charges/ch_1')
        },
      }),
      operation('POST /uploads', { body: anything, maxBodyBytes: 1_000_000, handler: () => ({ stored: true }) }),
      operation('DELETE /charges', { handler: () => noContent() }),
      operation('GET /unchanged', { handler: () => reply(304, null, [['etag', '"a"']]) }),
      operation('GET /boom', {
        handler() {
          throw new Error('secret /etc/passwd')
        },
      }),
      operation('GET /slow', {
        async handler({ signal }) {
          signal.addEventListener('abort', () => aborted.push('/slow'))
          ran.push('/slow')
          await gate()
          return { slow: true }
        },
      }),
      operation('GET /stream', {
        handler: () => reply(200, streamOf(['one ', 'two ', 'three']), [['content-type', 'text/plain']]),
      }),
      operation('GET /broken-stream', {
        handler: () => reply(200, streamOf(['one ', 'two '], true), [['content-type', 'text/plain']]),
      }),
      operation('GET /short-stream', {
        handler: () => reply(200, streamOf(['one']), [['content-length', '100']]),
      }),
      operation('GET /endless-stream', {
        handler: () =>
          reply(
            200,
            endless(() => aborted.push('/endless-stream')),
            [['content-type', 'text/plain']],
          ),
      }),
      operation('GET /large', {
        handler: () => reply(200, new Uint8Array(50_000_000), [['content-type', 'application/octet-stream']]),
      }),
      operation('GET /echo', {
        handler({ request }) {
          const names = ['authorization', 'x-many', 'idempotency-key']
          return names.map((name) => ({ name, value: request.header(name) ?? null, count: request.headerCount(name) }))
        },
      }),
    ],
  })
  return { api, events, ran, gates, aborted }
}

const encoder = new TextEncoder()

function streamOf(parts: readonly string[], fails = false): ReadableStream<Uint8Array> {
  let next = 0
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      const part = parts[next++]
      if (part !== undefined) controller.enqueue(encoder.encode(part))
      else if (fails) controller.error(new Error('the disk is gone'))
      else controller.close()
    },
  })
}

function endless(onCancel: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      controller.enqueue(encoder.encode('more '))
    },
    cancel: onCancel,
  })
}

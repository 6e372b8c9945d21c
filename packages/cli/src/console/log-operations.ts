import { type LogRecorder, type LogStore, type Operation, operationsFor, reply } from 'culpa'
import { z } from 'zod'
import type { ConsoleContract } from './console-contract.ts'
import { toEntryBody, toLine, toStateBody } from './log-bodies.ts'
import { CountsQuery, ListQuery, StreamQuery, toLogFilters } from './log-filters.ts'
import { logStream } from './log-stream.ts'
import type { CountsBody, PageBody } from './wire.ts'

export interface LogOperationsOptions {
  readonly contract: ConsoleContract
  readonly store: LogStore
  readonly recorder: LogRecorder
  /** Aborts when the server begins to close. */
  readonly leaving: AbortSignal
}

/** What is in the log is for this page alone: no other site may load it as a script, an image or a text. */
const ownHeaders = [
  ['cache-control', 'no-store'],
  ['x-content-type-options', 'nosniff'],
  ['cross-origin-resource-policy', 'same-origin'],
] as const
const eventStream = 'text/event-stream'

/** Reading the log: the list, one entry, counts, the stream. */
export function logOperations({ contract, store, recorder, leaving }: LogOperationsOptions): readonly Operation[] {
  const operation = operationsFor(contract)
  return [
    operation('GET /console/log', {
      summary: 'Lines of the log, newest first',
      query: ListQuery,
      async handler({ query: { before, limit, ...filters } }) {
        const head = await store.head()
        const page = await store.read({ ...toLogFilters(filters), limit, ...(before !== undefined && { before }) })
        const body: PageBody = {
          entries: page.entries.map(toLine),
          next: page.next ?? null,
          head,
          log: toStateBody(recorder.state),
        }
        return reply(200, body, ownHeaders)
      },
    }),
    operation('GET /console/log/:id', {
      summary: 'One entry with its messages',
      params: z.object({ id: z.coerce.number().int().min(1) }),
      errors: ['resource_missing'],
      async handler({ params, errors }) {
        const entry = await store.find(params.id)
        if (entry === undefined) throw errors.resource_missing({ param: 'id' })
        return reply(200, toEntryBody(entry), ownHeaders)
      },
    }),
    operation('GET /console/counts', {
      summary: 'Groups of requests, and requests over time',
      query: CountsQuery,
      async handler({ query: { minutes, slots, ...query } }) {
        const until = Date.now()
        const since = until - minutes * 60_000
        const slotMs = Math.max(10_000, Math.round((minutes * 60_000) / slots / 10_000) * 10_000)
        const filters = { ...toLogFilters(query), since }
        const groups = await store.groups(filters)
        const body: CountsBody = {
          groups: groups.map(({ contract: system, operation: name, code, lastAt, ...group }) => ({
            ...group,
            system,
            operation: name ?? null,
            code: code ?? null,
            last_at: lastAt,
          })),
          series: await store.series(filters, slotMs),
          since,
          until,
          slot_ms: slotMs,
        }
        return reply(200, body, ownHeaders)
      },
    }),
    operation('GET /console/stream', {
      summary: 'The log as it is written, as server-sent events',
      query: StreamQuery,
      headers: {
        'last-event-id': z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
      },
      produces: [eventStream],
      handler({ query: { after, ...filters }, headers, signal }) {
        const resumed = headers['last-event-id']
        const stream = logStream({
          store,
          recorder,
          filters: toLogFilters(filters),
          after: resumed === undefined ? after : Number(resumed),
          signal: AbortSignal.any([signal, leaving]),
        })
        return reply(200, stream, [['content-type', eventStream], ...ownHeaders])
      },
    }),
  ]
}

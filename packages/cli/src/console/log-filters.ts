import type { LogQuery } from 'culpa'
import { z } from 'zod'

const text = z.string().max(200).optional()
const id = z.coerce.number().int().min(0)

/** A class such as `4xx`, or one status. */
const status = z
  .string()
  .regex(/^(?:[1-5]xx|[1-5]\d\d)$/, 'Give a class such as 4xx, or a status such as 404.')
  .optional()

const filters = { status, code: text, operation: text, request_id: text, system: text, source: text }

/** The query of the list. */
export const ListQuery = z.strictObject({
  ...filters,
  before: id.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

/** The query of the stream; `after` is the id of the last line that is known. */
export const StreamQuery = z.strictObject({ ...filters, after: id.optional() })

/** The query of groups and chart: the last so many minutes. */
export const CountsQuery = z.strictObject({
  ...filters,
  minutes: z.coerce.number().int().min(1).max(10_080).default(60),
  slots: z.coerce.number().int().min(1).max(200).default(60),
})

type Filters = z.output<z.ZodObject<typeof filters>>

/** Filters as a store takes them. */
export function toLogFilters(query: Filters): Omit<LogQuery, 'limit' | 'before' | 'after'> {
  const { status, code, operation, request_id, system, source } = query
  return {
    ...(status && { statuses: statusesOf(status) }),
    ...(code && { code }),
    ...(operation && { operation }),
    ...(request_id && { requestId: request_id }),
    ...(system && { contract: system }),
    ...(source && { source }),
  }
}

function statusesOf(status: string): readonly [number, number] {
  if (!status.endsWith('xx')) return [Number(status), Number(status)]
  const lowest = Number(status[0]) * 100
  return [lowest, lowest + 99]
}

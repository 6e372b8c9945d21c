// What the peers have in common: the order, its answer, and the idempotency that none of them has by itself.
import { Idempotency } from '@node-idempotency/core'
import { MemoryStorageAdapter } from '@node-idempotency/storage-adapter-memory'
import { z } from 'zod'
import { startOptions } from '../servers/serve.ts'

export interface PeerOptions {
  /** The API key that it accepts. */
  readonly key: string
  /** Requests that it lets through in an hour; so many that it refuses none unless it is to be seen refusing. */
  readonly limit: number
}

export const { key, limit } = startOptions<PeerOptions>()
export const hourMs = 3_600_000

export const Order = z.object({
  item: z.string(),
  quantity: z.number().int().min(1),
  note: z.string().max(200).optional(),
})
export type Order = z.infer<typeof Order>

/** The most that is read of a body: what culpa reads by default. */
export const maxBodyBytes = 1_048_576

export const answerTo = ({ item, quantity }: Order) => ({ id: 'order_1', item, quantity })

/** The same library for all three: it is kept up, and knows keys that are reused or still running. */
export const idempotency = new Idempotency(new MemoryStorageAdapter() as never)

/** Its codes as statuses. */
export function statusOf(thrown: unknown): 409 | 422 | 500 {
  const code = (thrown as { code?: string }).code
  if (code === 'REQUEST_IN_PROGRESS') return 409
  return code === 'IDEMPOTENCY_FINGERPRINT_MISSMATCH' ? 422 : 500
}

/** What is recorded of an answer, as the library's documentation has it. */
export const recorded = (body: unknown) => ({ body: body as never, additional: { status: 200 } })

/** Tells that an answer is the recorded one. */
export const replayedHeader = 'idempotent-replayed'

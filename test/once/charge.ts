import type { Books, Worker } from './workers.ts'

/** What a caller saw of a request; `undefined` when the connection broke before the answer was whole. */
export type Seen = { readonly status: number; readonly code: string; readonly replayed: boolean; readonly text: string }

/** Asks a worker to charge under an idempotency key. */
export async function charge(
  { url }: Pick<Worker, 'url'>,
  { key }: Pick<Books, 'key'>,
  idempotencyKey: string,
): Promise<Seen | undefined> {
  try {
    const response = await fetch(`${url}/charges`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'idempotency-key': idempotencyKey },
    })
    const text = await response.text()
    return {
      status: response.status,
      code: response.headers.get('error-code') ?? '',
      replayed: response.headers.get('idempotent-replayed') === 'true',
      text,
    }
  } catch {
    return undefined
  }
}

/** Asks again while the answer is that somebody is at it, or that the store is not there. */
export async function chargeToTheEnd(
  worker: Pick<Worker, 'url'>,
  books: Pick<Books, 'key'>,
  idempotencyKey: string,
): Promise<Seen> {
  for (;;) {
    const seen = await charge(worker, books, idempotencyKey)
    if (seen !== undefined && seen.code !== 'idempotency_in_progress' && seen.status !== 503) return seen
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

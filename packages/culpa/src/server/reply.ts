export type HeaderPair = readonly [name: string, value: string]

/** What goes back to an adapter: header names in lower case, `content-length` included where it is known. */
export interface Reply {
  readonly status: number
  readonly headers: readonly HeaderPair[]
  /** Bytes or text to send; `null` for none. A stream that fails half-way must destroy the connection. */
  readonly body: Uint8Array | string | ReadableStream<Uint8Array> | null
  /** The headers as they were checked already; of no account for others. */
  readonly settled?: readonly HeaderPair[]
  /** The text as it was counted already; of no account for another body. */
  readonly counted?: CountedText
}

/** A text and its length in UTF-8. */
export interface CountedText {
  readonly text: string
  readonly bytes: number
}

/** What a handler may return to say more than a body: see {@link reply}, {@link created}, {@link noContent}. */
export interface HandlerReply<Body = unknown> {
  readonly [handlerReply]: true
  readonly status: number
  readonly body: Body
  readonly headers: readonly HeaderPair[]
}

export const handlerReply: unique symbol = Symbol.for('culpa.reply')

/**
 * An answer with its own status and headers. `body` is written as JSON; bytes, streams and `null` go out as they are.
 * @example
 * return reply(202, { id }, [['location', `/v1/jobs/${id}`]])
 */
export function reply<Body>(status: number, body: Body, headers: readonly HeaderPair[] = []): HandlerReply<Body> {
  return { [handlerReply]: true, status, body, headers }
}

/**
 * 201 with the new resource.
 * @example
 * return created(charge, `/v1/charges/${charge.id}`)
 */
export function created<Body>(body: Body, location?: string): HandlerReply<Body> {
  return reply(201, body, location === undefined ? [] : [['location', location]])
}

/**
 * 204, no body.
 * @example
 * return noContent()
 */
export function noContent(): HandlerReply<null> {
  return reply(204, null)
}

export function isHandlerReply(value: unknown): value is HandlerReply {
  return typeof value === 'object' && value !== null && handlerReply in value
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ApiError, refusal } from '../server/refusal.ts'
import type { ApiRequest } from '../server/request.ts'

/** A request of `node:http`. Reads nothing of it before it is asked to. */
export class NodeRequest implements ApiRequest {
  readonly message: IncomingMessage
  readonly response: ServerResponse
  /** True where the caller waits for `100 Continue` before it sends its body. */
  readonly expectsContinue: boolean
  /** True when the connection must not outlive the answer. */
  close = false
  #gone = false
  #abort: AbortController | undefined
  #failure: ApiError | undefined
  #failBody: ((error: ApiError) => void) | undefined

  constructor(message: IncomingMessage, response: ServerResponse, expectsContinue = false) {
    this.message = message
    this.response = response
    this.expectsContinue = expectsContinue
  }

  get method(): string {
    return this.message.method as string
  }

  get target(): string {
    return this.message.url as string
  }

  get address(): string {
    return this.message.socket.remoteAddress ?? ''
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      if (this.#gone) this.#abort.abort()
    }
    return this.#abort.signal
  }

  get hasBody(): boolean {
    return this.header('transfer-encoding') !== undefined || Number(this.header('content-length') ?? 0) > 0
  }

  /** Reads the raw headers, for Node drops all but the first of some, such as Authorization and Host. */
  header(name: string): string | undefined {
    const { rawHeaders } = this.message
    let found: string | undefined
    for (let index = 0; index < rawHeaders.length; index += 2) {
      if (!isName(rawHeaders[index] as string, name)) continue
      const value = rawHeaders[index + 1] as string
      found = found === undefined ? value : `${found}, ${value}`
    }
    return found
  }

  headerCount(name: string): number {
    const { rawHeaders } = this.message
    let count = 0
    for (let index = 0; index < rawHeaders.length; index += 2) {
      if (isName(rawHeaders[index] as string, name)) count++
    }
    return count
  }

  *headers(): Generator<readonly [name: string, value: string]> {
    const { rawHeaders } = this.message
    for (let index = 0; index < rawHeaders.length; index += 2) {
      yield [rawHeaders[index] as string, rawHeaders[index + 1] as string]
    }
  }

  body(limitBytes: number): Promise<Uint8Array> {
    if (Number(this.header('content-length') ?? 0) > limitBytes) return Promise.reject(tooLarge())
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    if (this.#gone) return Promise.reject(refusal('request_malformed'))
    if (this.expectsContinue && !this.response.headersSent) this.response.writeContinue()
    return new Promise((resolve, reject) => {
      this.#failBody = collect(this.message, limitBytes, resolve, reject)
    })
  }

  /** Says that the body will not come to its end. */
  fail(error: ApiError): void {
    this.close = true
    this.#failure = error
    this.#failBody?.(error)
  }

  /** Says that the caller has gone away. */
  leave(): void {
    this.#gone = true
    this.#failBody?.(refusal('request_malformed'))
    this.#abort?.abort()
  }
}

function isName(raw: string, name: string): boolean {
  return raw.length === name.length && (raw === name || raw.toLowerCase() === name)
}

function tooLarge(): ApiError {
  return refusal('body_too_large', { headers: [['connection', 'close']] })
}

/** Collects a body. Returns a function that ends the waiting; it does nothing once the body is there. */
function collect(
  message: IncomingMessage,
  limitBytes: number,
  resolve: (body: Uint8Array) => void,
  reject: (error: ApiError) => void,
): (error: ApiError) => void {
  const chunks: Buffer[] = []
  let size = 0
  const stop = () => {
    message.off('data', take)
    message.off('end', end)
  }
  const fail = (error: ApiError) => {
    stop()
    message.pause()
    reject(error)
  }
  const take = (chunk: Buffer) => {
    size += chunk.byteLength
    if (size > limitBytes) fail(tooLarge())
    else chunks.push(chunk)
  }
  const end = () => {
    resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size))
  }
  message.on('data', take)
  message.on('end', end)
  return fail
}

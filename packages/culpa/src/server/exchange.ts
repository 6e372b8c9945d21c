import type { FailureSource } from './log.ts'
import type { Operation } from './operation.ts'
import type { HeaderPair } from './reply.ts'
import type { ApiRequest } from './request.ts'
import type { Caller } from './stores.ts'
import { continueTrace, type Trace } from './trace.ts'

/** What went wrong in a request, for the log. */
export interface Failure {
  readonly code: string
  readonly source: FailureSource
  readonly declared: boolean
  readonly cause: string | undefined
}

/** Runs a handler's named steps. */
export interface Steps {
  run<Result>(name: string, work: (stepKey: string) => Promise<Result>): Promise<Result>
}

const nobody: Caller = Object.freeze({
  keyId: '',
  tenant: '',
  environment: '',
  scopes: Object.freeze([]) as readonly string[],
})

/** What an exchange needs of the API it belongs to. */
export interface ExchangeHost {
  /** Has the API wait for work that may outlast its answer, when it closes. */
  track(work: Promise<unknown>): void
  /** Tells the log of something thrown after the answer was made. */
  reportLate(exchange: Exchange, cause: string): void
}

/** One request on its way through the guards: what is known of it so far. */
export class Exchange {
  readonly request: ApiRequest
  readonly requestId: string
  /** Monotonic, for durations. */
  readonly startedMs = performance.now()
  /** Path of the target, authority and query removed, percent-encoding kept. */
  path = ''
  /** Raw query, without `?`. */
  search = ''
  operation: Operation | undefined
  params: Record<string, string> = {}
  parsedParams: unknown
  query: unknown
  headers: unknown
  body: unknown
  rawBody: Uint8Array | undefined
  caller: Caller = nobody
  tx: unknown
  /** Set by a lease-mode claim. */
  steps: Steps | undefined
  /** Headers the answer carries whatever it is, such as RateLimit. */
  readonly replyHeaders: HeaderPair[] = []
  replayed = false
  /** True once a claim is held: the work goes on when the caller goes away. */
  keepGoing = false
  failure: Failure | undefined
  readonly host: ExchangeHost
  #deadline: AbortController | undefined
  #onDone: (() => void) | undefined
  #onKeyDecided: (() => void) | undefined
  #signal: AbortSignal | undefined
  #trace: Trace | undefined

  constructor(request: ApiRequest, requestId: string, host: ExchangeHost) {
    this.host = host
    this.request = request
    this.requestId = requestId
  }

  /** Made when it is first asked for. */
  get trace(): Trace {
    const { request } = this
    this.#trace ??= continueTrace(request.header('traceparent'), request.header('tracestate'))
    return this.#trace
  }

  /** {@link trace} where the caller sent one or somebody asked for it; else nothing, so that it costs nothing. */
  knownTrace(): Trace | undefined {
    return this.#trace ?? (this.request.header('traceparent') === undefined ? undefined : this.trace)
  }

  /** For the handler; made when it is first asked for. */
  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      this.#deadline ??= new AbortController()
      this.#signal = this.keepGoing
        ? this.#deadline.signal
        : AbortSignal.any([this.#deadline.signal, this.request.signal])
    }
    return this.#signal
  }

  /** Has `callback` called once the answer is made, whatever it is. */
  whenDone(callback: () => void): void {
    const earlier = this.#onDone
    if (earlier === undefined) {
      this.#onDone = callback
      return
    }
    this.#onDone = () => {
      earlier()
      callback()
    }
  }

  /** Has `callback` called once: when the key is accepted, when somebody else says so, or when the answer is made. */
  whenKeyDecided(callback: () => void): void {
    this.#onKeyDecided = callback
  }

  /** Calls what {@link whenKeyDecided} was given, if it was not called already. */
  keyDecided(): void {
    const callback = this.#onKeyDecided
    this.#onKeyDecided = undefined
    callback?.()
  }

  /** Calls what {@link whenDone} and {@link whenKeyDecided} were given. */
  done(): void {
    this.keyDecided()
    this.#onDone?.()
  }

  /** Aborts {@link signal}. */
  expire(reason: Error): void {
    this.#deadline ??= new AbortController()
    this.#deadline.abort(reason)
  }
}

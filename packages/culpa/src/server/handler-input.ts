import type { Contract } from '../contract/define-contract.ts'
import type { Exchange } from './exchange.ts'
import type { Trace } from './trace.ts'

/**
 * What a handler gets of its exchange. A class, so that `signal` and `trace`, which are made when they are first read,
 * cost a request nothing that does not read them.
 */
class HandlerInput {
  readonly params: unknown
  readonly query: unknown
  readonly headers: unknown
  readonly body: unknown
  readonly caller: Exchange['caller']
  readonly tx: unknown
  readonly errors: Contract['errors']
  readonly requestId: string
  readonly step: NonNullable<Exchange['runStep']>
  readonly request: Exchange['request']
  readonly #exchange: Exchange

  constructor(exchange: Exchange, errors: Contract['errors']) {
    this.params = exchange.parsedParams ?? exchange.params
    this.query = exchange.query
    this.headers = exchange.headers ?? noHeaders
    this.body = exchange.body
    this.caller = exchange.caller
    this.tx = exchange.tx
    this.errors = errors
    this.requestId = exchange.requestId
    this.step = exchange.runStep ?? runFreely
    this.request = exchange.request
    this.#exchange = exchange
  }

  get signal(): AbortSignal {
    return this.#exchange.signal
  }

  get trace(): Trace {
    return this.#exchange.trace
  }
}

export function handlerInput(exchange: Exchange, contract: Contract): HandlerInput {
  return new HandlerInput(exchange, contract.errors)
}

const noHeaders = Object.freeze({})

/** Without a claim there is nothing to record a step under; the key is as good as random. */
function runFreely<Result>(_name: string, run: (stepKey: string) => Promise<Result>): Promise<Result> {
  return run(crypto.randomUUID())
}

import type { Contract } from '../contract/define-contract.ts'
import type { Exchange, Steps } from './exchange.ts'

/**
 * What a handler gets of its exchange. `signal` and `trace` are made when they are first read. Members of its own, all of
 * them: a handler may take some and hand on the rest.
 */
export function handlerInput(exchange: Exchange, contract: Contract): HandlerInput {
  return new HandlerInput(exchange, contract)
}

/** No private name: what inherits from the input, or is a proxy of it, has none. */
const hidden = Symbol('exchange')

class HandlerInput {
  readonly params: unknown
  readonly query: unknown
  readonly headers: unknown
  readonly body: unknown
  readonly caller: Exchange['caller']
  readonly tx: unknown
  readonly errors: Contract['errors']
  readonly requestId: string
  readonly request: Exchange['request']
  readonly [hidden]: Exchange
  readonly step: Steps['run']
  declare readonly signal: Exchange['signal']
  declare readonly trace: Exchange['trace']

  constructor(exchange: Exchange, contract: Contract) {
    this[hidden] = exchange
    this.params = exchange.parsedParams ?? exchange.params
    this.query = exchange.query
    this.headers = exchange.headers ?? noHeaders
    this.body = exchange.body
    this.caller = exchange.caller
    this.tx = exchange.tx
    this.errors = contract.errors
    this.requestId = exchange.requestId
    this.request = exchange.request
    this.step = exchange.steps === undefined ? runFreely : stepOf(exchange.steps)
    Object.defineProperty(this, 'signal', HandlerInput.#signal)
    Object.defineProperty(this, 'trace', HandlerInput.#trace)
  }

  // The same getters for every request: getters of its own would give each object a shape of its own, which outlives it.
  static readonly #signal = lazily((input: HandlerInput) => input[hidden].signal)
  static readonly #trace = lazily((input: HandlerInput) => input[hidden].trace)
}

function lazily(read: (input: HandlerInput) => unknown): PropertyDescriptor {
  return {
    enumerable: true,
    configurable: true,
    get(this: HandlerInput) {
      return read(this)
    },
  }
}

/** A function that needs no `this`; a handler may take it alone. */
function stepOf(steps: Steps): Steps['run'] {
  return (name, work) => steps.run(name, work)
}

const noHeaders = Object.freeze({})

/** Without a claim there is nothing to record a step under; the key is as good as random. */
function runFreely<Result>(_name: string, run: (stepKey: string) => Promise<Result>): Promise<Result> {
  return run(crypto.randomUUID())
}

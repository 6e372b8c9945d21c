import type { Contract } from '../contract/define-contract.ts'
import type { Exchange } from './exchange.ts'

/**
 * What a handler gets of its exchange. `signal` and `trace` are made when they are first read. Members of its own, all of
 * them: a handler may take some and hand on the rest.
 */
export function handlerInput(exchange: Exchange, contract: Contract) {
  return {
    params: exchange.parsedParams ?? exchange.params,
    query: exchange.query,
    headers: exchange.headers ?? noHeaders,
    body: exchange.body,
    caller: exchange.caller,
    tx: exchange.tx,
    errors: contract.errors,
    get signal() {
      return exchange.signal
    },
    get trace() {
      return exchange.trace
    },
    requestId: exchange.requestId,
    step: exchange.runStep ?? runFreely,
    request: exchange.request,
  }
}

const noHeaders = Object.freeze({})

/** Without a claim there is nothing to record a step under; the key is as good as random. */
function runFreely<Result>(_name: string, run: (stepKey: string) => Promise<Result>): Promise<Result> {
  return run(crypto.randomUUID())
}

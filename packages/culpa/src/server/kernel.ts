import { type ApiError, refusal, returnedRefusal } from '../contract/api-error.ts'
import type { Contract } from '../contract/define-contract.ts'
import type { Format } from '../formats/format.ts'
import { checkWritable } from './check-writable.ts'
import { type CorsOptions, createCors } from './cors.ts'
import { Exchange, type ExchangeHost } from './exchange.ts'
import { createFailureReply } from './failure-reply.ts'
import type { Guard, Run, Stage } from './guard.ts'
import { handlerInput } from './handler-input.ts'
import type { FailureSource, Log } from './log.ts'
import { eventOf } from './log-event.ts'
import { createLogs } from './logs.ts'
import { after, isPending, rescue } from './maybe-promise.ts'
import type { Operation } from './operation.ts'
import { type Plan, planOperation } from './plan.ts'
import type { HeaderPair, Reply } from './reply.ts'
import type { ApiRequest } from './request.ts'
import { requestIds } from './request-id.ts'
import { createRoutes } from './routes.ts'
import type { MaybePromise } from './stores.ts'
import { toSuccessReply } from './success-reply.ts'
import { hasFragment, parseTarget } from './target.ts'
import { utf8Length } from './utf8-length.ts'

export interface KernelOptions {
  readonly contract: Contract
  readonly format: Format
  readonly operations: readonly Operation[]
  readonly guards: readonly Guard[]
  readonly log: Log
  readonly cors?: CorsOptions
  /** Default 8192. */
  readonly maxTargetBytes?: number
}

/** Answers requests; never throws, never rejects. */
export interface Kernel {
  readonly contract: Contract
  /** Every operation with the codes it may answer with. */
  readonly plans: readonly Plan[]
  /** Which websites may call it; nothing where none may. */
  readonly cors: CorsOptions | undefined
  /** Tells the API's own log, and those that {@link watch} added. */
  readonly log: Log
  /** Adds a log beside the API's own; returns the function that takes it away again. */
  watch(log: Log): () => void
  handle(request: ApiRequest): MaybePromise<Reply>
  /**
   * Asks its guards whether they can work; `listen` does. For other servers: await it at start.
   * @throws {ContractError} (as a rejection) for what can never work, such as a pepper that the keys were not made with
   */
  ready(): Promise<void>
  /** Resolves when no handler runs any more, also one whose caller has gone or whose answer is out. */
  idle(): Promise<void>
  /** The answer to a request that failed before it could be handled, such as one that is not HTTP. */
  refuse(request: ApiRequest, error: ApiError): Reply
}

/** Codes that any request may be answered with, whatever its operation. */
export const wireCodes = [
  'request_malformed',
  'request_timeout',
  'body_too_large',
  'target_too_long',
  'headers_too_large',
  'expectation_failed',
  'internal_error',
] as const

const upstreamCodes: ReadonlySet<string> = new Set(['upstream_invalid', 'upstream_timeout'])

/** Builds the straight way of a request: route → guards in order → handler → reply. Compiles everything once. */
export function createKernel(options: KernelOptions): Kernel {
  const { contract } = options
  const { log, watch } = createLogs(options.log)
  const toFailureReply = createFailureReply(contract, options.format)
  const plans = options.operations.map((operation) =>
    planOperation(operation, options.guards, contract, wireCodes, callHandler(operation), (exchange, thrown, codes) =>
      toFailureReply(exchange, thrown, sourceOf(thrown), codes),
    ),
  )
  const findRoute = createRoutes(plans)
  const cors = options.cors === undefined ? undefined : createCors(options.cors)
  const nextRequestId = requestIds()
  const host: ExchangeHost = {
    track,
    reportLate: (exchange, cause) => log({ ...eventOf(contract.name, exchange, 504), source: 'handler', cause }),
  }
  // A number: a set that gains and loses one for each request is remade all the time, and each one holds on to the next.
  let running = 0
  const waiting: (() => void)[] = []
  const maxTargetBytes = options.maxTargetBytes ?? 8192
  const maxBodyBytes = Math.max(0, ...plans.map(({ operation }) => operation.maxBodyBytes))

  function handle(request: ApiRequest): MaybePromise<Reply> {
    const exchange = begin(request)
    const refuseRoute = (thrown: unknown) => finish(exchange, toFailureReply(exchange, thrown, 'guard', undefined))
    let plan: Plan | Reply | ApiError
    try {
      plan = route(exchange)
    } catch (thrown) {
      return refuseRoute(thrown)
    }
    if (plan instanceof Error) return refuseRoute(plan)
    if (!('steps' in plan)) return finish(exchange, plan)
    return answer(exchange, plan, 0)
  }

  function track(work: Promise<unknown>): void {
    running++
    work.then(left, left)
  }

  function left(): void {
    running--
    if (running === 0 && waiting.length > 0) for (const tell of waiting.splice(0)) tell()
  }

  async function idle(): Promise<void> {
    while (running > 0) await new Promise<void>((resolve) => waiting.push(resolve))
  }

  function begin(request: ApiRequest): Exchange {
    return new Exchange(request, nextRequestId(), host)
  }

  function route(exchange: Exchange): Plan | Reply | ApiError {
    const { request } = exchange
    if (request.target.length > maxTargetBytes) throw refusal('target_too_long')
    if (Number(request.header('content-length') ?? 0) > maxBodyBytes) throw refusal('body_too_large', closing)
    const target = parseTarget(request.target)
    const isAsterisk = target?.path === '*' && request.method !== 'OPTIONS'
    if (target === undefined || isAsterisk || hasFragment(request.target)) throw refusal('request_malformed')
    exchange.path = target.path
    exchange.search = target.search
    const { method } = request
    const match = findRoute(target.path)
    if (match === undefined) {
      if (target.path === '*' && method === 'OPTIONS') return { status: 204, headers: [], body: null }
      return missingPathParameter(target.path) ?? returnedRefusal('route_unknown')
    }
    const { allow, allowHeader, methods } = match.route
    if (method === 'OPTIONS')
      return cors?.preflight(exchange, match.route) ?? { status: 204, headers: [['allow', allow]], body: null }
    const plan = methods.get((method === 'HEAD' ? 'GET' : method) as Plan['method'])
    if (plan === undefined) return returnedRefusal('method_not_allowed', { headers: allowHeader })
    exchange.operation = plan.operation
    exchange.params = target.path.includes('%') ? decodeParams(match.params) : match.params
    return plan
  }

  /** A path that would be a route's, were one of its parameters not empty. */
  function missingPathParameter(path: string): ApiError | undefined {
    if (!path.includes('//', 1) && !path.endsWith('/')) return undefined
    const match = findRoute(path.replace(/\/(?=\/|$)/g, `/${absent}`))
    const name = match === undefined ? undefined : Object.keys(match.params).find((one) => match.params[one] === absent)
    if (name === undefined) return undefined
    return returnedRefusal('parameter_missing', { param: name, message: `The path parameter ${name} is missing.` })
  }

  /** Goes through the steps from one of them on, to the finished answer: each time it waits costs one promise. Never throws. */
  function answer(exchange: Exchange, plan: Plan, from: number): MaybePromise<Reply> {
    for (let index = from; index < plan.steps.length; index++) {
      const { stage, step } = plan.steps[index]!
      let result: MaybePromise<ApiError | undefined>
      try {
        result = step(exchange)
      } catch (thrown) {
        return conclude(exchange, plan, () => refused(exchange, plan, thrown, stage))
      }
      if (isPending(result)) return goOnAfter(result, exchange, plan, index)
      const error = result
      if (error !== undefined) return conclude(exchange, plan, () => refused(exchange, plan, error, stage))
    }
    return conclude(exchange, plan, plan.run)
  }

  function goOnAfter(
    pending: Promise<ApiError | undefined>,
    exchange: Exchange,
    plan: Plan,
    index: number,
  ): Promise<Reply> {
    const refuse = (thrown: unknown) =>
      conclude(exchange, plan, () => refused(exchange, plan, thrown, plan.steps[index]!.stage))
    running++
    return Promise.resolve(pending).then(
      (error) => {
        left()
        return error === undefined ? answer(exchange, plan, index + 1) : refuse(error)
      },
      (thrown) => {
        left()
        return refuse(thrown)
      },
    )
  }

  function conclude(exchange: Exchange, plan: Plan, run: Run): MaybePromise<Reply> {
    try {
      const reply = run(exchange)
      if (!(reply instanceof Promise)) return finish(exchange, reply)
      running++
      return reply.then(
        (later) => {
          left()
          return finish(exchange, later)
        },
        (thrown) => {
          left()
          return failed(exchange, plan, thrown)
        },
      )
    } catch (thrown) {
      return failed(exchange, plan, thrown)
    }
  }

  function failed(exchange: Exchange, { codes }: Plan, thrown: unknown): Reply {
    return finish(exchange, toFailureReply(exchange, thrown, sourceOf(thrown), codes))
  }

  function refused(exchange: Exchange, plan: Plan, thrown: unknown, stage: Stage): MaybePromise<Reply> {
    const refuse = (error: unknown) => toFailureReply(exchange, error, 'guard', plan.codes)
    return rescue(
      () => after(tellListeners(exchange, plan, thrown as ApiError, stage, 0), (reply) => reply ?? refuse(thrown)),
      refuse,
    )
  }

  function callHandler({ handler }: Operation): Run {
    return (exchange) => after(handler(handlerInput(exchange, contract) as never), toSuccessReply)
  }

  function finish(exchange: Exchange, given: Reply): Reply {
    const reply = writable(exchange, given)
    const { status } = reply
    let { body } = reply
    const length = contentLength(reply)
    const headers: HeaderPair[] = [
      ...reply.headers,
      ['request-id', exchange.requestId],
      ...exchange.replyHeaders,
      ...(cors?.headers(exchange) ?? noHeaders),
    ]
    if (length !== undefined) headers.push(['content-length', length])
    if (exchange.request.method === 'HEAD') {
      if (body instanceof ReadableStream) body.cancel().catch(ignore)
      body = null
    }
    const answer: Reply = { status, headers, body }
    log(eventOf(contract.name, exchange, status), {
      request: exchange.request,
      requestBody: exchange.rawBody,
      reply: answer,
      sensitive: exchange.operation?.sensitive ?? none,
    })
    exchange.done()
    return answer
  }

  /** What a guard adds, or answers instead, may be what nobody can write. */
  function writable(exchange: Exchange, reply: Reply): Reply {
    try {
      checkWritable(reply, exchange.replyHeaders)
      return reply
    } catch (fault) {
      exchange.replyHeaders.length = 0
      return toFailureReply(exchange, fault, 'encoder', undefined)
    }
  }

  function refuse(request: ApiRequest, error: ApiError): Reply {
    const exchange = begin(request)
    exchange.path = parseTarget(request.target)?.path ?? ''
    return finish(exchange, toFailureReply(exchange, error, 'parser', undefined))
  }

  async function ready(): Promise<void> {
    await Promise.all(options.guards.map((guard) => guard.ready?.()))
  }

  return { contract, plans, cors: options.cors, log, watch, handle, ready, idle, refuse }
}

/** A text stays one: an adapter can send it together with the head. */
function contentLength({ body, status, counted }: Reply): string | undefined {
  if (typeof body === 'string') return String(counted?.text === body ? counted.bytes : utf8Length(body))
  if (body instanceof Uint8Array) return String(body.byteLength)
  return body === null && status !== 204 && status !== 304 ? '0' : undefined
}

/** Stands for an empty path segment; no URL can have it. */
const absent = '\0'
const ignore = () => undefined
const none: readonly string[] = []
const noHeaders: readonly HeaderPair[] = []

/** A body that is not read leaves the connection in the middle of it. */
const closing = { headers: [['connection', 'close']] } as const

function sourceOf(thrown: unknown): FailureSource {
  try {
    return upstreamCodes.has((thrown as ApiError).code) ? 'upstream' : 'handler'
  } catch {
    return 'handler'
  }
}

/** The answer of the first that has one. */
function tellListeners(
  exchange: Exchange,
  plan: Plan,
  error: ApiError,
  stage: Stage,
  from: number,
): MaybePromise<Reply | undefined> {
  for (let index = from; index < plan.listeners.length; index++) {
    const answer = plan.listeners[index]!(exchange, error, stage)
    if (isPending(answer))
      return Promise.resolve(answer).then((reply) => reply ?? tellListeners(exchange, plan, error, stage, index + 1))
    if (answer !== undefined) return answer
  }
  return undefined
}

/** @throws {ApiError} `parameter_invalid` for percent-encoding that is not UTF-8 (RFC 3986 §2.1) */
function decodeParams(raw: Readonly<Record<string, string>>): Record<string, string> {
  const params: Record<string, string> = {}
  for (const name of Object.keys(raw)) {
    const value = raw[name] as string
    try {
      params[name] = value.includes('%') ? decodeURIComponent(value) : value
    } catch {
      throw refusal('parameter_invalid', {
        param: name,
        message: `The path parameter ${name} is not valid percent-encoding.`,
      })
    }
  }
  return params
}

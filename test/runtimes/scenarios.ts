import {
  type ApiCall,
  ApiResponseError,
  CardError,
  type ClientOptions,
  createClient,
  fromJSON,
  isApiError,
  type UntypedClient,
} from 'culpa/client'
import { type InstantClock, instantClock } from 'culpa/testing'

// Runs in every runtime as it stands: nothing here is of Node.

/** Where the scenarios find what they call; plain data, so that it can be sent to any runtime. */
export interface Servers {
  readonly url: string
  /** Nobody listens there. */
  readonly closedUrl: string
}

/** What a runtime shows a client. */
export interface Sight {
  /** Why a connection failed. Browsers hide it. */
  readonly reasons: boolean
  /** Answers that do not grant access to other origins. */
  readonly ungranted: boolean
}

/** What came of the scenarios, and where. */
export interface ScenarioResults {
  /** What the runtime calls itself. */
  readonly agent: string
  /** Globals of Node that were there to be used. */
  readonly nodeGlobals: readonly string[]
  /** By name of the scenario. */
  readonly results: Readonly<Record<string, unknown>>
}

interface Kit {
  readonly servers: Servers
  /** A client whose waits take no time, unless it gets another clock. */
  readonly connect: (options?: Partial<ClientOptions>) => UntypedClient
  readonly clock: InstantClock
}

interface Scenario {
  /** Gives plain data. */
  readonly run: (kit: Kit) => Promise<unknown>
  readonly expected: (sight: Sight) => unknown
}

const once = { maxAttempts: 1 }
const lost = { name: 'ApiConnectionError', code: 'connection_lost', outcome: 'unknown', attempts: 1 }
const tooSlow = { name: 'ApiTimeoutError', code: 'timeout', outcome: 'unknown', attempts: 1 }

/** What a client does alike wherever it runs. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'a success gives its data': {
    async run({ connect }) {
      const { data, response } = await connect()
        .post('/v1/charges', { body: { amount: 5 } })
        .safe()
      return { data, status: response?.status, hasRequestId: isRequestId(response?.requestId) }
    },
    expected: () => ({ data: { id: 'ch_1', amount: 5 }, status: 201, hasRequestId: true }),
  },
  'an answer without a body gives nothing': {
    run: ({ connect }) => connect().delete('/v1/charges/:id', { params: { id: 'ch_1' } }),
    expected: () => undefined,
  },
  'a refusal is an error of its class, with code, details and request id': {
    async run({ connect }) {
      const error: unknown = await connect()
        .post('/v1/charges', { body: { amount: 13 } })
        .catch((thrown) => thrown)
      if (!isApiError(error, 'card_declined')) return String(error)
      const { name, status, param, details, requestId } = error
      const classes = [CardError, ApiResponseError, Error].map((one) => error instanceof one)
      return { name, status, param, details, classes, hasRequestId: isRequestId(requestId) }
    },
    expected: () => ({
      name: 'CardError',
      status: 402,
      param: 'source',
      details: { decline_code: 'lost_card' },
      classes: [true, true, true],
      hasRequestId: true,
    }),
  },
  'a 429 is waited for as long as Retry-After says': {
    async run({ connect, clock }) {
      const data = await connect().post('/v1/busy')
      return { data, waits: clock.waits.map((ms) => ms >= 20_000 && ms <= 22_000) }
    },
    expected: () => ({ data: { requests: 2 }, waits: [true] }),
  },
  'a dropped connection is tried again with the same key': {
    run: ({ connect }) => connect().post('/misdeeds/drop-first', { body: { amount: 5 } }),
    expected: () => ({ requestsWithThisKey: 2 }),
  },
  'a refused connection': {
    run: ({ connect, servers }) => failure(connect({ baseUrl: servers.closedUrl, ...once }).post('/v1/charges')),
    expected: ({ reasons }) => (reasons ? { ...lost, code: 'connection_failed', outcome: 'not_sent' } : lost),
  },
  'a body that is cut': {
    run: ({ connect }) => failure(connect(once).post('/misdeeds/cut')),
    expected: () => lost,
  },
  'a body that is cut between chunks': {
    run: ({ connect }) => failure(connect(once).post('/misdeeds/cut-chunks')),
    expected: () => lost,
  },
  'an answer that never comes': {
    run: ({ connect }) => failure(connect({ ...once, timeoutMs: 100 }).post('/misdeeds/stall')),
    expected: () => tooSlow,
  },
  'a body that never comes': {
    run: ({ connect }) => failure(connect({ ...once, timeoutMs: 100 }).post('/misdeeds/stall-body')),
    expected: () => tooSlow,
  },
  'the page of a proxy that knows nothing of other origins': {
    run: ({ connect }) => failure(connect(once).post('/misdeeds/proxy')),
    expected: ({ ungranted }) =>
      ungranted ? { name: 'ApiError', code: 'unknown', outcome: 'unknown', attempts: 1 } : lost,
  },
  'a success that is no JSON': {
    run: ({ connect }) => failure(connect(once).post('/misdeeds/login')),
    expected: () => ({ name: 'InvalidResponseError', code: 'response_invalid', outcome: 'unknown', attempts: 1 }),
  },
  'an abort while nothing comes': {
    async run({ connect }) {
      const controller = new AbortController()
      const ended = failure(connect().post('/misdeeds/stall', { signal: controller.signal }))
      setTimeout(() => controller.abort(), 50)
      return ended
    },
    expected: () => ({ name: 'RequestAbortedError', code: 'aborted', outcome: 'unknown', attempts: 1 }),
  },
  'an abort while a retry is waited for': {
    async run({ servers }) {
      const controller = new AbortController()
      const onRetry = () => setTimeout(() => controller.abort())
      // By the platform's clock: nothing but the abort may end this wait of 20 s.
      const client = createClient({ baseUrl: servers.url, format: 'auto', idempotency: 'auto', onRetry })
      return failure(client.post('/v1/busy', { signal: controller.signal }))
    },
    expected: () => ({ name: 'RequestAbortedError', code: 'aborted', outcome: 'rejected', attempts: 1 }),
  },
  'an error that was posted as JSON is one of its class again': {
    async run({ connect }) {
      const { error } = await connect()
        .post('/v1/charges', { body: { amount: 13 } })
        .safe()
      const { port1, port2 } = new MessageChannel()
      const posted = new Promise((resolve) => {
        port2.addEventListener('message', (event) => resolve((event as MessageEvent).data))
      })
      port2.start()
      port1.postMessage(error?.toJSON())
      const again = fromJSON(await posted)
      port1.close()
      return { same: again?.requestId === error?.requestId, code: again?.code, is: again instanceof CardError }
    },
    expected: () => ({ same: true, code: 'card_declined', is: true }),
  },
  'a cloned error keeps its message': {
    async run({ connect }) {
      const { error } = await connect()
        .post('/v1/charges', { body: { amount: 13 } })
        .safe()
      return structuredClone(error)?.message
    },
    expected: () => 'Your card was declined.',
  },
}

/** Runs all of them, one after the other. A scenario that fails gives what it threw, as text. */
export async function runScenarios(servers: Servers): Promise<ScenarioResults> {
  const results: Record<string, unknown> = {}
  for (const [name, { run }] of Object.entries(scenarios)) {
    const clock = instantClock()
    const given = { baseUrl: servers.url, apiKey: 'sk_test_1', format: 'auto', idempotency: 'auto', clock } as const
    const connect = (options?: Partial<ClientOptions>) => createClient({ ...given, ...options, format: 'auto' })
    results[name] = await run({ servers, connect, clock }).catch(String)
  }
  const nodeGlobals = ['process', 'Buffer', 'global', 'setImmediate', 'require'].filter((name) => name in globalThis)
  return { agent: navigator.userAgent, nodeGlobals, results }
}

async function failure(call: ApiCall<unknown>) {
  const { error } = await call.safe()
  return error && { name: error.name, code: error.code, outcome: error.outcome, attempts: error.attempts.length }
}

function isRequestId(id: string | undefined): boolean {
  return id?.startsWith('req_') ?? false
}

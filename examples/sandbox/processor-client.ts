import { callUpstream, refusal, type Trace } from 'culpa'
import type { PaidCard, Payment } from './processor/ledger.ts'
import { outcomeOf } from './processor/outcomes.ts'
import { startProcess } from './processor-process.ts'

/** How long a payment may take, in milliseconds. */
const timeoutMs = 2_000
const lookUpTimeoutMs = 1_000

export type { PaidCard, Payment }

export interface PaymentRequest {
  readonly amount: number
  readonly currency: string
  /** Card token, card number, or voucher. */
  readonly instrument: string
}

/** The request that a payment belongs to. */
export interface PaymentCaller {
  readonly signal: AbortSignal
  readonly trace: Trace
}

/** What became of a payment that nobody heard of again. */
export type PaymentState =
  | { readonly state: 'absent' }
  | { readonly state: 'open' }
  | { readonly state: 'closed'; readonly payment: Payment }

/** The processor as the sandbox sees it: a process of its own, called over HTTP. */
export interface Processor {
  /** Where it listens on the loopback, once it takes payments; rejects when it cannot be started. */
  readonly port: Promise<number>
  /** Process id, where this process has started it. */
  readonly pid: number | undefined
  /** True when some bank issued the instrument. */
  knows(instrument: string): boolean
  /**
   * @throws {ApiError} `upstream_invalid`, `upstream_timeout`, `service_unavailable`; `network_unreachable` says that
   * the card network behind the processor did not answer
   */
  pay(key: string, request: PaymentRequest, caller: PaymentCaller): Promise<Payment | 'network_unreachable'>
  lookUp(key: string): Promise<PaymentState>
  stop(): Promise<void>
}

/** Starts the processor on a free port of the loopback; payments wait until it is ready. */
export function startProcessor(databaseFile: string): Processor {
  const child = startProcess(databaseFile)
  return {
    ...callsTo(child.port),
    get pid() {
      return child.pid
    },
    stop: () => child.stop(),
  }
}

/** The processor that another process has started. */
export function processorAt(port: number): Processor {
  return { ...callsTo(Promise.resolve(port)), pid: undefined, stop: async () => undefined }
}

function callsTo(port: Promise<number>): Pick<Processor, 'port' | 'knows' | 'pay' | 'lookUp'> {
  const url = port.then((known) => `http://127.0.0.1:${known}/payments`)
  url.catch(() => undefined)
  return {
    port,
    knows: (instrument) => outcomeOf(instrument) !== undefined,
    async pay(key, request, { signal, trace }) {
      const { status, body } = await callUpstream(await url, {
        method: 'POST',
        headers: { ...trace.headers, 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(request),
        signal,
        timeoutMs,
      })
      if (status === 424) return 'network_unreachable'
      if (status !== 200 || !isPayment(body))
        throw refusal('upstream_invalid', { cause: `the processor answered ${status}` })
      return body
    },
    async lookUp(key) {
      const { body } = await callUpstream(`${await url}/${encodeURIComponent(key)}`, { timeoutMs: lookUpTimeoutMs })
      return body as PaymentState
    },
  }
}

function isPayment(body: unknown): body is Payment {
  const candidate = body as Partial<Payment> | null | undefined
  return typeof candidate?.id === 'string' && (candidate.result === 'approved' || candidate.result === 'declined')
}

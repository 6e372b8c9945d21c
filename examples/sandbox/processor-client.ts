import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { callUpstream, refusal } from 'culpa'
import type { Payment } from './processor/ledger.ts'
import { outcomeOf } from './processor/outcomes.ts'

/** How long a payment may take, in milliseconds. */
const timeoutMs = 2_000
const lookUpTimeoutMs = 1_000
const restartMs = 250

export type { Payment }

export interface PaymentRequest {
  readonly amount: number
  readonly currency: string
  /** Card token, card number, or voucher. */
  readonly instrument: string
}

/** What became of a payment that nobody heard of again. */
export type PaymentState =
  | { readonly state: 'absent' }
  | { readonly state: 'open' }
  | { readonly state: 'closed'; readonly payment: Payment }

/** The processor as the sandbox sees it: a process of its own, called over HTTP. */
export interface Processor {
  readonly url: string
  readonly pid: number | undefined
  /** True when some bank issued the instrument. */
  knows(instrument: string): boolean
  /**
   * @throws {ApiError} `upstream_invalid`, `upstream_timeout`, `service_unavailable`; `network_unreachable` says that
   * the card network behind the processor did not answer
   */
  pay(key: string, request: PaymentRequest, signal: AbortSignal): Promise<Payment | 'network_unreachable'>
  lookUp(key: string): Promise<PaymentState>
  stop(): Promise<void>
}

/** Starts the processor on a free port of the loopback, and again, on the same port, when it dies. */
export async function startProcessor(databaseFile: string): Promise<Processor> {
  let stopping = false
  let port = 0
  let child: ChildProcess = await start()

  async function start(): Promise<ChildProcess> {
    const started = fork(fileURLToPath(new URL('processor/main.ts', import.meta.url)), [databaseFile, String(port)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    port = await new Promise<number>((resolve, reject) => {
      started.once('message', (message) => resolve((message as { port: number }).port))
      started.once('exit', (code) => reject(new Error(`the processor did not start (exit code ${code})`)))
    })
    started.once('exit', () => {
      if (!stopping)
        setTimeout(
          () =>
            void start().then(
              (next) => (child = next),
              () => undefined,
            ),
          restartMs,
        )
    })
    return started
  }

  return {
    get url() {
      return `http://127.0.0.1:${port}`
    },
    get pid() {
      return child.pid
    },
    knows: (instrument) => outcomeOf(instrument) !== undefined,
    async pay(key, request, signal) {
      const { status, body } = await callUpstream(`http://127.0.0.1:${port}/payments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
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
      const url = `http://127.0.0.1:${port}/payments/${encodeURIComponent(key)}`
      const { body } = await callUpstream(url, { timeoutMs: lookUpTimeoutMs })
      return body as PaymentState
    },
    async stop() {
      stopping = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
    },
  }
}

function isPayment(body: unknown): body is Payment {
  const candidate = body as Partial<Payment> | null | undefined
  return typeof candidate?.id === 'string' && (candidate.result === 'approved' || candidate.result === 'declined')
}

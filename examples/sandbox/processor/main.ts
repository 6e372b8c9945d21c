// The card processor that the sandbox charges: a process of its own, so that what goes wrong between the two is real.
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { ProcessorMessage } from '../processor-process.ts'
import { Ledger, newPaymentId, type Payment } from './ledger.ts'
import { nameOf, type Outcome, outcomeOf, type ShownCard } from './outcomes.ts'

/** Outcomes that end in the books. */
type Settled = Extract<Outcome, { readonly card: ShownCard } | { readonly does: 'decline' | 'approve_incompletely' }>

const slowMs = 400
const tooLateMs = 4_000
const [file = ':memory:', port = '0'] = process.argv.slice(2)
let ledger: Ledger

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy())
})
// It ends with the sandbox that asks it, not before: a signal to the process group must cut no payment.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined)
process.on('disconnect', () => process.exit(0))
if (!process.connected) process.exit(0)
try {
  ledger = new Ledger(file)
  server.listen(Number(port), '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }))
} catch (error) {
  const problem = error instanceof Error ? error.message : String(error)
  tell({ problem: `${file} cannot be used: ${problem}. Remedy: another file with --db FILE, or --fresh.` })
}

function tell(message: ProcessorMessage): void {
  process.send?.(message)
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://processor')
  if (request.method === 'GET' && url.pathname.startsWith('/payments/')) {
    return lookUp(response, decodeURIComponent(url.pathname.slice('/payments/'.length)))
  }
  if (request.method === 'POST' && url.pathname === '/payments') return pay(request, response)
  send(response, 404, { error: 'not found' })
}

function lookUp(response: ServerResponse, key: string): void {
  const entry = ledger.find(key)
  send(
    response,
    200,
    entry === undefined ? { state: 'absent' } : { state: entry.state, payment: entry.payment ?? null },
  )
}

async function pay(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const key = String(request.headers['idempotency-key'] ?? '')
  const text = await readAll(request)
  const { instrument } = JSON.parse(text) as { instrument: string }
  const outcome = outcomeOf(instrument)
  if (key === '' || outcome === undefined) return send(response, 400, { error: 'no key, or no such instrument' })
  if (outcome.does === 'be_down') return send(response, 503, { error: 'down' }, { 'retry-after': '7' })
  if (outcome.does === 'answer_nonsense') return sendNonsense(response)
  if (outcome.does === 'lose_network') return send(response, 424, { error: 'card network unreachable' })
  if (!ledger.open(key, text)) return repeat(response, key, text)
  if (outcome.does === 'stay_silent') return
  if (outcome.does === 'approve_slowly') await wait(slowMs)
  if (outcome.does === 'approve_too_late') await wait(tooLateMs)
  const payment = toPayment(outcome, instrument)
  ledger.close(key, payment)
  send(response, 200, payment)
}

/** A key that was seen before: the same answer, or none while the first has none. */
function repeat(response: ServerResponse, key: string, text: string): void {
  const entry = ledger.find(key)
  if (entry?.request !== text) send(response, 409, { error: 'key used for another payment' })
  else if (entry.payment !== undefined) send(response, 200, entry.payment)
}

function toPayment(outcome: Settled, instrument: string): Payment {
  const id = newPaymentId()
  if (outcome.does === 'decline') return { id, result: 'declined', reason: outcome.reason }
  if (outcome.does === 'approve_incompletely') return { id, result: 'approved' }
  const fingerprint = createHash('sha256').update(nameOf(instrument)).digest('hex').slice(0, 16)
  return { id, result: 'approved', card: { ...outcome.card, fingerprint } }
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

function sendNonsense(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>It works!</body></html>')
}

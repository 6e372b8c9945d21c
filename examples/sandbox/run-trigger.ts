import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { connect } from 'node:net'
import type { Trigger, TriggerStep } from './trigger.ts'

/** An answer as it came over the wire. */
export interface TriggerAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Runs the steps of a trigger against a running sandbox and gives back the answer that carries the code: the last one,
 * or of a concurrent step the first with the trigger's code.
 * @throws {Error} when the server cannot be reached
 * @example
 * const { status, headers } = await runTrigger('http://127.0.0.1:4000', trigger)
 */
export async function runTrigger(url: string, trigger: Trigger): Promise<TriggerAnswer> {
  const unique = randomBytes(8).toString('hex')
  const run = async (steps: readonly TriggerStep[]) => {
    let answers: TriggerAnswer[] = []
    for (const step of steps) {
      const once = () => runStep(new URL(url), fill(step, unique))
      answers = await Promise.all(Array.from({ length: step.concurrent ?? 1 }, once))
    }
    return answers
  }
  try {
    const answers = await run(trigger.steps)
    return answers.find(({ headers }) => headers['error-code'] === trigger.code) ?? answers[0]!
  } finally {
    await run(trigger.cleanup ?? [])
  }
}

function fill(step: TriggerStep, unique: string): TriggerStep {
  const text = JSON.stringify(step)
    .replaceAll('{{unique}}', unique)
    .replace(/\{\{pad:(\d+)\}\}/g, (_, length) => 'x'.repeat(Number(length)))
  return JSON.parse(text) as TriggerStep
}

function runStep({ hostname, port }: URL, step: TriggerStep): Promise<TriggerAnswer> {
  if (step.raw !== undefined) return runRaw(hostname, Number(port), step.raw)
  const { method, path, headers, body } = step
  const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path, headers: { ...headers, ...length }, agent: false },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body ?? undefined)
  })
}

function runRaw(host: string, port: number, raw: string): Promise<TriggerAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ host, port, allowHalfOpen: true }, () => socket.write(raw))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('end', () => {
      socket.destroy()
      resolve(parseAnswer(Buffer.concat(chunks).toString('utf8')))
    })
  })
}

function parseAnswer(text: string): TriggerAnswer {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2)
  const [statusLine = '', ...lines] = head.split('\r\n')
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ])
  return { status: Number(statusLine.split(' ')[1]), headers: Object.fromEntries(headers), body }
}

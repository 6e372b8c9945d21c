import type { RecordedAnswer } from 'culpa/reference'

/** Where the recorded sandbox says it is: where `npm start` is. */
export const recordedOrigin = 'http://localhost:4000'

/** They tell of the connection, not of the answer: each client has its own. */
const leftOut: ReadonlySet<string> = new Set(['connection', 'keep-alive'])

/** Headers that differ from answer to answer. */
const standIns: Readonly<Record<string, (value: string) => string>> = {
  date: () => 'Mon, 02 Nov 2026 09:00:00 GMT',
  'request-id': () => 'req_7ZtQpXw3Kd0001',
  // What is left depends on the requests before, unless it is nothing; the wait on the clock.
  ratelimit: (value) => value.replace(/;r=[1-9]\d*/g, ';r=19999').replace(/;t=\d+/g, ';t=1'),
}

/** A random id, such as `ch_` and 24 digits of a charge. */
const randomId = /_[0-9a-f]{24}\b/g

/**
 * An answer of a sandbox with stand-ins for what differs from run to run, and nothing else:
 *
 * - `date`, `request-id`: of each answer its own
 * - `ratelimit`: units left, unless none are, and seconds to wait; `retry-after` of `rate_limited`: that wait
 * - random ids of charges in bodies
 * - the port of the sandbox in links, and with it `content-length`
 *
 * `connection` and `keep-alive` are left out.
 */
export function standIn(answer: RecordedAnswer, origin: string): RecordedAnswer {
  const isLimited = answer.headers.some(([name, value]) => name === 'error-code' && value === 'rate_limited')
  const value = (name: string, sent: string) =>
    name === 'retry-after' && isLimited ? '1' : (standIns[name]?.(sent) ?? sent.replaceAll(origin, recordedOrigin))
  return withLength({
    ...answer,
    headers: answer.headers.flatMap(([name, sent]) => (leftOut.has(name) ? [] : [[name, value(name, sent)] as const])),
    body: answer.body.replaceAll(origin, recordedOrigin).replace(randomId, '_1a2b3c4d5e6f708192a3b4c5'),
  })
}

/** The answer with the length that its body has. */
export function withLength(answer: RecordedAnswer): RecordedAnswer {
  const length = String(Buffer.byteLength(answer.body))
  return {
    ...answer,
    headers: answer.headers.map(([name, value]) => [name, name === 'content-length' ? length : value] as const),
  }
}

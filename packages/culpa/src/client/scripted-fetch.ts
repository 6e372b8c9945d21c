import type { Fetch } from './client-options.ts'

/**
 * What a request meets. `refused`: no connection. `dropped`: the connection breaks before an answer. `stalled`: nothing
 * ever comes. `stalled_body`: headers come, the body does not. `cut_body`: 3 of the 10 bytes that were announced.
 */
export type ScriptedStep =
  | 'refused'
  | 'dropped'
  | 'stalled'
  | 'stalled_body'
  | 'cut_body'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }

/** A request as it was sent. */
export interface RecordedRequest {
  readonly method: string
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** A `fetch` that follows a script. */
export interface ScriptedFetch extends Fetch {
  readonly requests: readonly RecordedRequest[]
}

/**
 * A `fetch` that answers request after request as the script says, and records what was sent. A body that is no text goes
 * out as JSON. After the last step it answers nothing any more.
 * @param script a list of steps, or a function that gives the step of a request
 * @throws {Error} as a failed connection, for a request the script has no step for
 * @example
 * const fetch = scriptedFetch(['dropped', { status: 200, body: { id: 'ch_1' } }])
 * await createClient({ baseUrl: 'https://api.test', format: 'stripe', fetch }).get('/v1/charges/ch_1')
 * fetch.requests.length // 2
 */
export function scriptedFetch(
  script: readonly ScriptedStep[] | ((request: RecordedRequest, number: number) => ScriptedStep),
): ScriptedFetch {
  const requests: RecordedRequest[] = []

  async function fetch(url: string, init: RequestInit): Promise<Response> {
    const headers = Object.fromEntries(new Headers(init.headers))
    const request = { method: init.method ?? 'GET', url, headers, body: init.body ?? undefined }
    const number = requests.push(request)
    const step = typeof script === 'function' ? script(request, number) : script[number - 1]
    if (step === undefined) throw new Error(`scriptedFetch: no step for request ${number}`)
    return meet(step)
  }

  return Object.assign(fetch, { requests })
}

function meet(step: ScriptedStep): Response | Promise<Response> {
  switch (step) {
    case 'refused':
      throw broken('ECONNREFUSED', 'connect')
    case 'dropped':
      throw broken('ECONNRESET', 'read')
    case 'stalled':
      return new Promise(() => {})
    case 'stalled_body':
      return json(200, new ReadableStream())
    case 'cut_body':
      return json(200, '{"i', { 'content-length': '10' })
    default:
      return respond(step)
  }
}

function respond({ status, headers, body }: Exclude<ScriptedStep, string>): Response {
  if (body === undefined) return new Response(null, { status, ...(headers && { headers }) })
  return json(status, typeof body === 'string' ? body : JSON.stringify(body), headers)
}

function json(status: number, body: string | ReadableStream, headers?: Readonly<Record<string, string>>): Response {
  return new Response(body, { status, headers: { 'content-type': 'application/json', ...headers } })
}

/** As Node's `fetch` throws it. */
function broken(code: string, syscall: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(`${syscall} ${code}`), { code, syscall }) })
}

/**
 * The one idempotency key that all requests carry.
 * @throws {Error} where one has none, or another one
 * @example
 * assertSameKey(fetch.requests)
 */
export function assertSameKey(requests: readonly Pick<RecordedRequest, 'headers'>[]): string {
  const keys = requests.map(({ headers }) => headers['idempotency-key'])
  const [first] = keys
  if (first && keys.every((key) => key === first)) return first
  throw new Error(
    `the requests carry no one idempotency key: ${keys.map((key) => key ?? 'none').join(', ') || 'none sent'}`,
  )
}

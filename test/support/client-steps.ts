import { type ApiClientError, type ClientOptions, createClient, type Fetch } from 'culpa/client'
import type { DescribedStep, DescribedSystem, DescribedTrigger, LiveSandbox } from './live-sandbox.ts'
import { runTrigger } from './run-steps.ts'
import { exchangeBytes, parseAnswers, toBytes } from './wire.ts'

/** An answer as a client took it off the wire. */
export interface TakenAnswer {
  readonly status: number
  readonly statusText: string
  readonly headers: Headers
  readonly body: string
}

/** What a trigger came to in a client. */
export interface Raised {
  readonly trigger: DescribedTrigger
  readonly error: ApiClientError | undefined
  readonly method: string
  /** What the error was made of. */
  readonly answer: TakenAnswer
}

type Format = NonNullable<ClientOptions['format']>

/** What decides how an answer is read. */
export type AnswerReader = Pick<ClientOptions, 'contract' | 'format'>

/** A request can only be overtaken while it runs: a busy machine may need more than one try. */
const maxTries = 5

/**
 * Sends the steps of a trigger with the client, one attempt each. What `fetch` does not send, the same client gets over a
 * socket: see {@link isUnsendable}.
 */
export async function raise(sandbox: LiveSandbox, system: DescribedSystem, trigger: DescribedTrigger): Promise<Raised> {
  const isRace = trigger.steps?.some(({ concurrent }) => concurrent !== undefined)
  for (let tries = isRace ? maxTries : 1; ; tries--) {
    const came = await runTrigger(trigger, (step) => sendStep(sandbox, system.format as Format, step))
    const refused = came.find(({ error }) => error?.code === trigger.code)
    if (refused !== undefined || tries === 1) return { trigger, ...(refused ?? came.at(-1)!) }
  }
}

/** The error that the same answer becomes in a client that knows something else of the server. */
export async function raiseAgain({ method, answer }: Raised, known: AnswerReader): Promise<ApiClientError | undefined> {
  const { body, ...rest } = answer
  const fetch = () => Promise.resolve(new Response(body, rest))
  const options = { baseUrl: 'http://localhost', maxAttempts: 1, fetch, ...known }
  // One cast: a client that was told a contract and no format is typed by its API, and here are all APIs at once.
  const client = createClient(options as ClientOptions & { readonly format: Format })
  return (await client.request(method, '/').safe()).error
}

/** Bytes that are no request, and a header that Node's `fetch` refuses: only a socket takes them. */
export function isUnsendable({ raw, headers }: DescribedStep): boolean {
  return raw !== undefined || headers.expect !== undefined
}

async function sendStep(sandbox: LiveSandbox, format: Format, step: DescribedStep) {
  const { method, path, body } = step
  const { authorization, ...headers } = step.headers
  let answer: TakenAnswer | undefined
  const send: Fetch = isUnsendable(step) ? () => fetchOverSocket(sandbox.port, step) : fetch
  const client = createClient({
    baseUrl: sandbox.url,
    format,
    maxAttempts: 1,
    ...(authorization !== undefined && { apiKey: authorization.replace('Bearer ', '') }),
    async fetch(url, init) {
      const response = await send(url, init)
      const { status, statusText, headers } = response
      answer = { status, statusText, headers, body: await response.clone().text() }
      return response
    },
  })
  const { error } = await client.request(method, path, { headers, ...(body !== null && { body }) }).safe()
  if (answer === undefined) throw new Error(`no answer to ${method} ${path}`, { cause: error })
  return { error, answer, method }
}

async function fetchOverSocket(port: number, step: DescribedStep): Promise<Response> {
  const [answer] = parseAnswers(await exchangeBytes(port, step.raw ?? toBytes(step)))
  if (answer === undefined) throw new Error(`no answer to ${step.method} ${step.path}`)
  const { status, lines, body } = answer
  return new Response(body, { status, headers: lines.map(([name, value]): [string, string] => [name, value]) })
}

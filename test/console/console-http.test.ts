import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'
import { until } from '../support/sandbox-child.ts'
import { exchangeBytes, parseAnswers } from '../support/wire.ts'

interface Line {
  readonly id: number
  readonly request_id: string
  readonly status: number
  readonly code: string | null
  readonly system: string
  readonly source: string | null
  readonly target: string
}
interface Page {
  readonly entries: readonly Line[]
  readonly next: number | null
}

let sandbox: LiveSandbox

beforeAll(async () => {
  sandbox = await openSandbox()
})
afterAll(() => sandbox?.close())

const get = async <Body>(path: string): Promise<Body> => (await (await fetch(sandbox.url + path)).json()) as Body
const list = (query = '') => get<Page>(`/console/log?${query}`)

/** Sends a request that fails; its id in the log. */
async function fail(path = '/v1/customers', headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(sandbox.url + path, { headers })
  await response.arrayBuffer()
  return response.headers.get('request-id') ?? ''
}

const lineOf = (requestId: string, query = '') =>
  until(async () => (await list(`request_id=${requestId}&${query}`)).entries[0])

/** Reads server-sent events until the condition holds. */
async function readEvents(
  path: string,
  isEnough: (text: string) => boolean,
  headers: Record<string, string> = {},
): Promise<string> {
  const stop = new AbortController()
  const response = await fetch(sandbox.url + path, { headers, signal: stop.signal })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  let text = ''
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += new TextDecoder().decode(chunk)
    if (isEnough(text)) break
  }
  stop.abort()
  return text
}

const idsIn = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))

test('a request is in the log, with its messages and without its credentials', async () => {
  const { keys } = sandbox.system('stripe')
  const response = await fetch(`${sandbox.url}/v1/charges`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keys.full}` },
    body: new URLSearchParams({ amount: '2000', currency: 'usd', source: 'tok_chargeDeclined' }),
  })
  const { error } = (await response.json()) as { error: { code: string } }
  const line = await lineOf(response.headers.get('request-id') ?? '')
  expect(line).toMatchObject({
    status: 402,
    code: error.code,
    system: 'stripe',
    source: 'handler',
    target: '/v1/charges',
  })
  const entry = await get<object>(`/console/log/${line.id}`)
  expect(entry).toMatchObject({
    declared: true,
    operation: 'POST /v1/charges',
    request: { headers: expect.arrayContaining([['authorization', 'Bearer [redacted]']]) },
    reply: { body: expect.stringContaining('card_declined') },
  })
  expect(JSON.stringify(entry)).not.toContain(keys.full)
})

test('filters find what they name, and refuse what they do not know', async () => {
  const stripe = await fail()
  const currents = await fail('/currents/v1/nothing')
  await lineOf(stripe)
  await lineOf(currents)
  const found = async (query: string) => (await list(query)).entries.map(({ request_id }) => request_id)
  expect(await found('status=4xx&code=api_key_missing')).toContain(stripe)
  expect(await found('status=5xx')).not.toContain(stripe)
  expect(await found('system=currents&status=404')).toContain(currents)
  expect(await found('system=currents&status=404')).not.toContain(stripe)
  expect(await found('source=guard&operation=GET+%2Fv1%2Fcustomers')).toContain(stripe)
  const refused = await fetch(`${sandbox.url}/console/log?status=many`)
  expect([refused.status, refused.headers.get('error-code')]).toEqual([400, 'parameter_invalid'])
  const help = /<([^>]+)>/.exec(refused.headers.get('link') ?? '')?.[1] ?? ''
  expect(await (await fetch(new URL(help, sandbox.url))).text()).toContain('parameter_invalid')
  expect((await fetch(`${sandbox.url}/console/log/999999999`)).status).toBe(404)
})

test('reading the log is not logged', async () => {
  await list()
  await fetch(`${sandbox.url}/`)
  await lineOf(await fail())
  expect(
    (await list('limit=500')).entries.filter(({ target }) => target === '/' || target.includes('/console')),
  ).toEqual([])
})

test('what is no HTTP is in the log as well', async () => {
  const socket = connect(sandbox.port, '127.0.0.1')
  socket.end('GET /v1/customers HTTP/1.1\r\nHost: one\r\nbad header\r\n\r\n')
  await new Promise((resolve) => socket.on('close', resolve).resume())
  const line = await until(async () => (await list('source=parser&code=request_malformed')).entries[0])
  expect(line.status).toBe(400)
})

test('the stream tells new lines, goes on after the last one, and has the filters of the list', async () => {
  const { id: before } = await lineOf(await fail())
  const reading = readEvents(`/console/stream?after=${before}`, (text) => idsIn(text).length >= 2)
  const [second, third] = [await lineOf(await fail()), await lineOf(await fail('/currents/v1/nothing'))]
  expect(idsIn(await reading)).toEqual([second.id, third.id])
  const resumed = await readEvents('/console/stream', (text) => idsIn(text).length >= 1, {
    'last-event-id': String(second.id),
  })
  expect(idsIn(resumed)).toEqual([third.id])
  const filtered = await readEvents(
    `/console/stream?after=${before}&system=currents`,
    (text) => idsIn(text).length >= 1,
  )
  expect(idsIn(filtered)).toEqual([third.id])
})

test('a reader who was away for long is told how many lines it missed', async () => {
  const { id } = await lineOf(await fail())
  const behind = 6000
  for (let sent = 0; sent < behind; sent += 100) await Promise.all(Array.from({ length: 100 }, () => fail()))
  const last = await lineOf(await fail())
  const text = await readEvents(`/console/stream?after=${id}`, (read) => idsIn(read).at(-1) === last.id)
  const gap = Number(/^event: gap\ndata: \{"lines":(\d+)\}$/m.exec(text)?.[1])
  expect(gap).toBeGreaterThan(4000)
  expect(gap + idsIn(text).length).toBe(last.id - id)
}, 120_000)

test('groups count by code and operation, and a chart over time', async () => {
  await lineOf(await fail('/capture/v1/prospects'))
  const { groups, series } = await get<{ groups: object[]; series: { counts: Record<string, number> }[] }>(
    '/console/counts?minutes=15&system=capture',
  )
  expect(groups).toContainEqual(
    expect.objectContaining({ system: 'capture', code: 'api_key_missing', operation: 'GET /capture/v1/prospects' }),
  )
  expect(series.at(-1)?.counts[4]).toBeGreaterThan(0)
})

test('the server runs triggers that it knows, and nothing else', async () => {
  const run = (body: unknown) =>
    fetch(`${sandbox.url}/console/tries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const index = sandbox.system('stripe').triggers.findIndex(({ code }) => code === 'request_malformed')
  const answer = (await (await run({ system: 'stripe', index })).json()) as {
    exchanges: { request: string; response: string }[]
  }
  expect(answer.exchanges.at(-1)?.request).toContain('Host: one\r\nHost: two')
  expect(answer.exchanges.at(-1)?.response).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  expect((await run({ system: 'stripe', index: 9999 })).status).toBe(404)
  expect((await run({ system: 'stripe', index, steps: [] })).status).toBe(422)
})

test('the commands of a trigger provoke its code', async () => {
  interface About {
    readonly systems: readonly {
      readonly name: string
      readonly triggers: readonly { readonly code: string; readonly curl: string }[]
    }[]
  }
  const { systems } = await get<About>('/console/about')
  const triggers = systems.find(({ name }) => name === 'stripe')?.triggers ?? []
  for (const code of ['body_too_large', 'headers_too_large', 'api_key_missing']) {
    const { curl = '' } = triggers.find((trigger) => trigger.code === code) ?? {}
    const { stdout } = await promisify(execFile)('sh', ['-c', curl])
    expect(stdout, curl).toContain(`error-code: ${code}`)
  }
})

test('a website cannot point its own name at this machine and read the log', async () => {
  const statusFor = async (host: string) =>
    parseAnswers(
      await exchangeBytes(sandbox.port, `GET /console/log HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
    )[0]?.status
  expect([await statusFor('evil.example'), await statusFor('evil.example:4000')]).toEqual([403, 403])
  expect([await statusFor('[::1]:4000'), await statusFor('localhost')]).toEqual([200, 200])
})

test('no other site may load the log, whatever it takes it for', async () => {
  const { id } = await lineOf(await fail())
  const stop = new AbortController()
  for (const path of ['/console/log', `/console/log/${id}`, '/console/counts', '/console/stream']) {
    const { headers } = await fetch(sandbox.url + path, { signal: stop.signal })
    expect(headers.get('cross-origin-resource-policy'), path).toBe('same-origin')
    expect(headers.get('x-content-type-options'), path).toBe('nosniff')
    expect(headers.get('access-control-allow-origin'), path).toBeNull()
  }
  stop.abort()
})

test('a stream does not keep the server from stopping', async () => {
  const own = await openSandbox()
  const response = await fetch(`${own.url}/console/stream`)
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  const [, end] = await Promise.all([
    own.close(),
    until(async () => ((await reader.read()).done ? 'ended' : undefined)),
  ])
  expect(end).toBe('ended')
})

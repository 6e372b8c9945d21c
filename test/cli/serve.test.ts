import { once } from 'node:events'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ended, firstLine, programFolder } from '../support/culpa-program.ts'
import { parsePrometheus } from '../support/prometheus.ts'
import { until } from '../support/sandbox-child.ts'

const { culpa, path: folder, start, write } = programFolder()
const text = `import { createApi, defineContract, maintenance, mountApis, operationsFor } from 'culpa'
  const contract = defineContract({ name: 'shop', docs: '/errors', errors: { sold_out: { status: 409, message: 'Sold out.' } } })
  const operation = operationsFor(contract)
  const gate = Promise.withResolvers()
  export const api = createApi({ contract, log() {}, operations: [
    operation('GET /items/:id', { errors: ['sold_out'], handler({ params, errors }) {
      if (params.id === 'none') throw errors.sold_out()
      if (params.id === 'bug') throw new Error('password=hunter2 at the database')
      return { id: params.id } } }),
    operation('GET /wait', { handler: () => gate.promise }),
    operation('POST /open', { handler: () => gate.resolve({}) }),
  ] })`
write('api.ts', text)
write('compiled.js', text)
write(
  'mounted.ts',
  `import { createApi, defineContract, mountApis, operationsFor } from 'culpa'
  const made = (base: '/a' | '/b') => {
    const contract = defineContract({ name: base.slice(1), docs: base + '/errors' })
    return createApi({ contract, log() {}, operations: [operationsFor(contract)(\`GET \${base}/hello\`, { handler: () => base })] })
  }
  const [a, b] = [made('/a'), made('/b')]
  export const api = mountApis({ '/a': a }, b)`,
)
write(
  'own-metrics.ts',
  `import { createApi, defineContract, operationsFor } from 'culpa'
  const contract = defineContract({ docs: '/errors' })
  export const api = createApi({ contract, operations: [operationsFor(contract)('GET /metrics', { handler: () => 'mine' })] })`,
)

/** Starts it on a free port; `lines` is what it writes on standard output after it is ready. */
async function serve(module: string, ...options: string[]) {
  const child = start(['serve', module, '--port', '0', '--json', ...options])
  const toStdout = options.includes('--access-log') && !options.includes('--log')
  const lines: Record<string, unknown>[] = []
  if (toStdout) {
    let rest = ''
    child.stdout?.on('data', (chunk) => {
      const parts = (rest + chunk).split('\n')
      rest = parts.pop() ?? ''
      lines.push(...parts.map((line) => JSON.parse(line)))
    })
  }
  const ready = JSON.parse(await firstLine(toStdout ? child.stderr : child.stdout))
  const end = ended(child)
  return { child, url: ready.url as string, metricsUrl: ready.metricsUrl as string, lines, end }
}

async function stop({ child, end }: Awaited<ReturnType<typeof serve>>): Promise<void> {
  child.kill('SIGTERM')
  expect((await end).code).toBe(0)
}

test.each(['api.ts', 'compiled.js'])('serves the API of %s, and ends when it is told to', async (module) => {
  const server = await serve(module)
  expect(await (await fetch(`${server.url}/items/1`)).json()).toEqual({ id: '1' })
  expect((await fetch(`${server.url}/nothing`)).headers.get('error-code')).toBe('route_unknown')
  expect((await fetch(`${server.url}/metrics`)).headers.get('error-code')).toBe('route_unknown')
  await stop(server)
})

test('tells people where it listens', async () => {
  const child = start(['serve', 'api.ts', '--port', '0'])
  expect(await firstLine(child.stdout)).toMatch(/^culpa serves api\.ts on http:\/\/127\.0\.0\.1:\d+$/)
  child.kill('SIGTERM')
  expect((await ended(child)).code).toBe(0)
})

test('several mounted APIs are served together, watched together', async () => {
  const server = await serve('mounted.ts', '--access-log')
  for (const base of ['/a', '/b']) expect(await (await fetch(`${server.url}${base}/hello`)).json()).toBe(base)
  await stop(server)
  expect(server.lines.map((line) => [line['culpa.contract'], line['http.route']])).toEqual([
    ['a', '/a/hello'],
    ['b', '/b/hello'],
  ])
})

test("every code's link leads to its page, which has three forms and needs nothing from elsewhere", async () => {
  const server = await serve('api.ts')
  for (const path of ['/items/none', '/items/bug', '/nowhere']) {
    const { headers } = await fetch(`${server.url}${path}`)
    const [, link = ''] = /^<(.+)>; rel="help"$/.exec(headers.get('link') ?? '') ?? []
    for (const [form, type] of [
      ['', 'text/html; charset=utf-8'],
      ['.md', 'text/markdown; charset=utf-8'],
      ['.json', 'application/json'],
    ]) {
      const page = await fetch(new URL(link + form, server.url))
      expect([page.status, page.headers.get('content-type')]).toEqual([200, type])
      expect(await page.text()).toContain(headers.get('error-code'))
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    }
  }
  const overview = await fetch(`${server.url}/errors`)
  expect(await overview.text()).toContain('sold_out')
  const { headers } = await fetch(`${server.url}/errors/never_declared`)
  expect(headers.get('error-code')).toBe('route_unknown')
  await stop(server)
})

test('the page with the live log is for this machine, unless it is asked for', async () => {
  const [here, none, everywhere, asked] = await Promise.all([
    serve('api.ts'),
    serve('api.ts', '--no-page'),
    serve('api.ts', '--host', '0.0.0.0'),
    serve('api.ts', '--host', '0.0.0.0', '--page'),
  ])
  const typeOf = async ({ url }: { readonly url: string }) => (await fetch(url)).headers.get('content-type')
  const types = await Promise.all([here, none, everywhere, asked].map(typeOf))
  expect(types.map((type) => type?.split(';')[0])).toEqual([
    'text/html',
    'application/problem+json',
    'application/problem+json',
    'text/html',
  ])
  const isLinked = async ({ url }: { readonly url: string }) =>
    (await (await fetch(`${url}/errors`)).text()).includes('<a href="./">Live log</a>')
  expect(await Promise.all([here, none, everywhere, asked].map(isLinked))).toEqual([true, false, false, true])
  expect(await (await fetch(`${here.url}/items/1`)).json()).toEqual({ id: '1' })
  await Promise.all([here, none, everywhere, asked].map(stop))
})

test('the access log is one line of JSON a request, without query or secret', async () => {
  const server = await serve('api.ts', '--access-log')
  const { headers } = await fetch(`${server.url}/items/1?token=hidden`, { headers: { authorization: 'Bearer hidden' } })
  await fetch(`${server.url}/items/none`)
  await fetch(`${server.url}/items/bug`)
  const raw = connect(Number(new URL(server.url).port), '127.0.0.1').end('nonsense\r\n\r\n')
  await once(raw.resume(), 'close')
  await fetch(`${server.url}/livez`)
  await stop(server)
  expect(server.lines).toMatchObject([
    {
      'log.level': 'info',
      'http.request.id': headers.get('request-id'),
      'http.request.method': 'GET',
      'url.path': '/items/1',
      'http.route': '/items/:id',
      'http.response.status_code': 200,
      'client.address': '127.0.0.1',
      message: 'GET /items/1 200',
    },
    {
      'log.level': 'info',
      'error.type': 'sold_out',
      'culpa.source': 'handler',
      message: 'GET /items/none 409 sold_out',
    },
    { 'log.level': 'error', 'error.type': 'internal_error', 'culpa.declared': false },
    { 'log.level': 'info', 'error.type': 'request_malformed', 'culpa.source': 'parser' },
  ])
  expect(server.lines).toHaveLength(4)
  expect(server.lines[2]?.['error.stack_trace']).toContain('at the database')
  expect(JSON.stringify(server.lines)).not.toMatch(/hidden|hunter2/)
})

test.each([
  [[], '127.0.0.1'],
  [['--trust-proxy', '192.0.2.1'], '127.0.0.1'],
  [['--trust-proxy', '10.0.0.0/8,127.0.0.1'], '2001:db8::7'],
  [['--trust-proxy', '127.0.0.0/8', '--trust-proxy', '2001:db8::/32'], '198.51.100.4'],
])('behind proxies %j the access log tells of %s', async (options, address) => {
  const server = await serve('api.ts', '--access-log', ...options)
  await fetch(`${server.url}/items/1`, { headers: { 'x-forwarded-for': '203.0.113.9, 198.51.100.4, 2001:db8::7' } })
  await stop(server)
  expect(server.lines.map((line) => line['client.address'])).toEqual([address])
})

/** What no handler ever sees, and the code that it is refused with. */
const broken = [
  ['nonsense\r\n\r\n', 'request_malformed'],
  ['GET /items/1 HTTP/1.1\r\nHost: one\r\nbad header\r\n\r\n', 'request_malformed'],
  ['GET /items/1 HTTP/1.1\r\nHost: one\r\nHost: two\r\n\r\n', 'request_malformed'],
  [`GET /items/1 HTTP/1.1\r\nHost: one\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 'headers_too_large'],
  [`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: one\r\n\r\n`, 'target_too_long'],
  ['BREW /items/1 HTTP/1.1\r\nHost: one\r\nConnection: close\r\n\r\n', 'method_not_allowed'],
  ['CONNECT one.example:443 HTTP/1.1\r\nHost: one.example\r\n\r\n', 'method_not_allowed'],
  ['GET /token/hunter2?password=hunter2 HTTP/1.1\r\nX-Key: hunter2\r\nbad header\r\n\r\n', 'request_malformed'],
] as const

test('what is no HTTP is in the access log and on the page, each once, in order, without a secret', async () => {
  const server = await serve('api.ts', '--log', 'broken.jsonl')
  for (const [bytes] of broken) {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(bytes))
    await once(socket.resume(), 'close')
  }
  const live = await until(async () => {
    const { entries } = (await (await fetch(`${server.url}/console/log`)).json()) as { entries: { code: string }[] }
    return entries.length === broken.length ? entries.toReversed() : undefined
  })
  await stop(server)
  const codes = broken.map(([, code]) => code)
  expect(live.map(({ code }) => code)).toEqual(codes)
  const text = readFileSync(join(folder, 'broken.jsonl'), 'utf8')
  expect(linesOf(text).map((line) => line['error.type'])).toEqual(codes)
  expect(text + JSON.stringify(live)).not.toContain('hunter2')
})

const linesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

test('--log writes the lines to a file, and SIGHUP opens it anew, without losing one', async () => {
  const file = join(folder, 'access.jsonl')
  const server = await serve('api.ts', '--log', 'access.jsonl')
  let sent = 0
  const ask = () => fetch(`${server.url}/items/${++sent}`)
  await ask()
  renameSync(file, `${file}.1`)
  server.child.kill('SIGHUP')
  while (!existsSync(file)) await Promise.all([ask(), ask(), ask()])
  await ask()
  await stop(server)
  const [before, after] = [`${file}.1`, file].map((name) => linesOf(readFileSync(name, 'utf8')))
  expect(before?.[0]?.['url.path']).toBe('/items/1')
  expect(after?.at(-1)?.['url.path']).toBe(`/items/${sent}`)
  const paths = [...(before ?? []), ...(after ?? [])].map((line) => line['url.path'])
  expect(new Set(paths).size).toBe(sent)
})

test('a log that cannot be opened is refused before anything is served', async () => {
  const { code, stderr } = await culpa(['serve', 'api.ts', '--port', '0', '--log', 'absent/access.jsonl'])
  expect(code).toBe(2)
  expect(stderr).toContain('Remedy: a file in a folder that exists')
})

test('requests go on when nobody reads the access log any more', async () => {
  const server = await serve('api.ts', '--access-log')
  server.child.stdout?.destroy()
  for (let index = 0; index < 5; index++) expect((await fetch(`${server.url}/items/${index}`)).status).toBe(200)
  server.child.kill('SIGTERM')
  expect(await once(server.child, 'exit')).toEqual([0, null])
})

test.skipIf(!existsSync('/dev/full'))(
  'requests go on when the disk of the access log is full, and it is said once',
  async () => {
    const server = await serve('api.ts', '--log', '/dev/full')
    for (let index = 0; index < 5; index++) expect((await fetch(`${server.url}/items/${index}`)).status).toBe(200)
    server.child.kill('SIGTERM')
    const { code, stderr } = await server.end
    expect(code).toBe(0)
    expect(stderr).toMatch(/^culpa: the access log cannot be written: ENOSPC.* Remedy: make room for it\.\n$/)
  },
)

test('--metrics answers Prometheus beside the API', async () => {
  const server = await serve('api.ts', '--metrics')
  for (const id of ['1', '2', 'none']) await fetch(`${server.url}/items/${id}`)
  const answer = await fetch(`${server.url}/metrics`)
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const samples = parsePrometheus(await answer.text())
  const count = (status: string) =>
    samples.find(
      ({ name, labels }) =>
        name === 'http_server_request_duration_seconds_count' &&
        labels.http_route === '/items/:id' &&
        labels.http_response_status_code === status,
    )?.value
  expect([count('200'), count('409')]).toEqual([2, 1])
  const names = new Set(samples.map(({ name }) => name))
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'http_server_active_requests']) {
    expect(names).toContain(name)
  }
  expect((await fetch(`${server.url}/metrics`, { method: 'POST' })).headers.get('error-code')).toBe(
    'method_not_allowed',
  )
  await stop(server)
})

test('--metrics-port keeps them off the port of the API', async () => {
  const server = await serve('api.ts', '--metrics-port', '0')
  await fetch(`${server.url}/items/1`)
  expect(new URL(server.metricsUrl).port).not.toBe(new URL(server.url).port)
  expect(parsePrometheus(await (await fetch(server.metricsUrl)).text()).length).toBeGreaterThan(15)
  expect((await fetch(`${server.url}/metrics`)).status).toBe(404)
  await stop(server)
})

test("--metrics does not take a path of the API's own", async () => {
  const { code, stderr } = await culpa(['serve', 'own-metrics.ts', '--port', '0', '--metrics'])
  expect([code, stderr]).toEqual([
    2,
    'culpa: --metrics: the API has operations of its own at /metrics. Remedy: --metrics-port 9464.\n',
  ])
})

test.each([
  ['/livez', []],
  ['/metrics/errors', ['--metrics']],
])("docs at %s, a path of the server's own, are refused", async (docs, options) => {
  write(
    'own-docs.ts',
    `import { createApi, defineContract } from 'culpa'
export const api = createApi({ contract: defineContract({ docs: '${docs}' }), operations: [] })`,
  )
  const { code, stderr } = await culpa(['serve', 'own-docs.ts', '--port', '0', ...options])
  expect(code).toBe(2)
  expect(stderr).toContain(`has its docs at ${docs}, and /${docs.split('/')[1]} is the server's own. Remedy: `)
})

test('a port that is taken is told in one line, exit code 1', async () => {
  const server = await serve('api.ts')
  const { code, stderr } = await culpa(['serve', 'api.ts', '--port', new URL(server.url).port])
  expect(code).toBe(1)
  expect(stderr).toMatch(/^culpa: .*Remedy: .*\n$/)
  await stop(server)
})

test('on SIGTERM readiness fails first, connections are still taken, what runs is finished', async () => {
  const server = await serve('api.ts', '--metrics-port', '0', '--grace-ms', '600000')
  const health = async (path: string) => (await fetch(`${server.url}${path}`)).status
  expect([await health('/livez'), await health('/readyz')]).toEqual([200, 200])
  const waiting = fetch(`${server.url}/wait`)
  const active = async () => {
    const samples = parsePrometheus(await (await fetch(server.metricsUrl)).text())
    return samples.find(({ name }) => name === 'http_server_active_requests')?.value
  }
  while ((await active()) !== 1);
  server.child.kill('SIGTERM')
  while ((await health('/readyz')) !== 503);
  expect(await health('/livez')).toBe(200)
  expect(await active()).toBe(1)
  await fetch(`${server.url}/open`, { method: 'POST' })
  expect((await waiting).status).toBe(200)
  // The grace goes on for long: a second signal, a second or more later, ends it.
  await new Promise((resolve) => setTimeout(resolve, 1100))
  server.child.kill('SIGTERM')
  expect((await server.end).code).toBe(1)
})

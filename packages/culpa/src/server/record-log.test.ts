import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { formatKey } from '../guards/key-format.ts'
import { send } from '../guards/testing.suite.ts'
import { operationsFor } from './operations-for.ts'
import { type LogRecorderOptions, recordLog } from './record-log.ts'
import { created, reply } from './reply.ts'
import type { LogEntry, LogStore } from './stores.ts'

const key = formatKey({ prefix: 'sk', environment: 'test', keyId: 'abcdefghijkl', secret: 'S3cr3t'.repeat(6) })

/** A store in a list, which can be told to fail. */
function listStore() {
  const entries: LogEntry[] = []
  const batches: number[] = []
  const state = { failing: false }
  const store: Pick<LogStore, 'write' | 'sweep'> = {
    write(added) {
      if (state.failing) throw new Error('database or disk is full')
      batches.push(added.length)
      entries.push(...added)
      return entries.length
    },
    sweep: () => 0,
  }
  // The recorder only writes and sweeps.
  return { store: store as LogStore, entries, batches, state }
}

const anything = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
} as const

function arrange(options: LogRecorderOptions = {}) {
  const kept = listStore()
  const recorder = recordLog(kept.store, options)
  const contract = defineContract({ docs: '/errors' })
  const operation = operationsFor(contract)
  const api = createApi({
    contract,
    log: recorder.log,
    operations: [
      operation('POST /echo', {
        body: anything,
        sensitive: ['card.exp', 'items.pass_phrase'],
        handler: ({ body }) => created(body),
      }),
      operation('POST /form', {
        consumes: ['application/x-www-form-urlencoded'],
        body: anything,
        sensitive: ['card.exp'],
        handler: () => null,
      }),
      operation('POST /plain', { body: anything, handler: () => ({ id: 'ch_e6b78b2ba09a7eb0f3b7ce43' }) }),
      operation('GET /things/:id', { handler: () => ({}) }),
      operation('GET /stream', {
        handler: () => reply(200, new ReadableStream({ start: (controller) => controller.close() })),
      }),
    ],
  })
  return { api, recorder, ...kept }
}

test('a request touches no store: entries are written together, afterwards', async () => {
  const { api, recorder, entries, batches } = arrange()
  for (let index = 0; index < 50; index++) await send(api, 'GET /things/1')
  expect(entries).toEqual([])
  expect(recorder.state).toMatchObject({ waiting: 50, written: 0 })
  await recorder.flush()
  expect(batches).toEqual([50])
  expect(entries[0]).toMatchObject({ event: { status: 200, operation: 'GET /things/:id' }, target: '/things/1' })
})

test('what waits is written without being asked', async () => {
  const { api, recorder, entries } = arrange({ intervalMs: 1 })
  const written = new Promise<void>((resolve) => recorder.onWritten(resolve))
  await send(api, 'GET /things/1')
  await written
  expect(entries).toHaveLength(1)
})

test('no credential gets into the store, wherever it stands', async () => {
  const { api, recorder, entries } = arrange()
  const secrets = [
    key,
    'hunter2',
    'tok_live_secret',
    '12/29',
    'my-card-cvc',
    '4242424242424242',
    'open sesame',
    'c00kie',
    'S3cr3t',
  ]
  await send(api, `POST /echo?api_key=hunter2&note=${key}`, {
    headers: {
      authorization: `Bearer ${key}`,
      'x-api-key': key,
      cookie: 'session=c00kie',
      'x-auth-token': 'hunter2',
      'user-agent': `script with ${key}`,
      'idempotency-key': 'kept-1',
    },
    body: {
      password: 'hunter2',
      nested: { client_secret: 'tok_live_secret', list: [{ cardNumber: 4242424242424242 }] },
      card: { exp: '12/29', cvc: 'my-card-cvc', number: '4242 4242 4242 4242'.replaceAll(' ', '') },
      items: [{ pass_phrase: 'open sesame' }],
      text: `pay with 4242424242424242, key ${key}`,
      fine: 'a plain value',
    },
  })
  await send(api, `GET /things/${key}`)
  await send(api, 'POST /form', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `card[exp]=12%2F29&card%5Bcvc%5D=my-card-cvc&api%5Fkey=${key}&fine=a+plain+value`,
  })
  await send(api, 'POST /plain', {
    headers: { 'content-type': 'application/json' },
    body: `{"password": "hunter2", "broken": `,
  })
  await recorder.flush()
  const text = JSON.stringify(entries)
  for (const secret of secrets) expect(text).not.toContain(secret)
  expect(entries).toHaveLength(4)
  expect(text).toContain('a plain value')
  expect(text).toContain('a+plain+value')
  expect(text).toContain('kept-1')
  expect(entries[0]?.request?.headers).toContainEqual(['authorization', 'Bearer [redacted]'])
})

test('ids of resources stay, and a body without secrets stays as it was sent', async () => {
  const { api, recorder, entries } = arrange()
  const body = '{ "name" : "Ada",\n  "amount": 2000 }'
  await send(api, 'POST /plain', { headers: { 'content-type': 'application/json' }, body })
  await recorder.flush()
  expect(entries[0]?.request?.body).toBe(body)
  expect(entries[0]?.reply?.body).toBe('{"id":"ch_e6b78b2ba09a7eb0f3b7ce43"}')
})

test('a long body is cut and says so; one with sensitive fields that cannot be read is not kept', async () => {
  const { api, recorder, entries } = arrange({ maxBodyBytes: 100 })
  const body = JSON.stringify({ text: 'é'.repeat(200) })
  await send(api, 'POST /plain', { headers: { 'content-type': 'application/json' }, body })
  await send(api, 'POST /echo', { headers: { 'content-type': 'application/json' }, body })
  await send(api, 'GET /stream')
  await recorder.flush()
  const [plain, sensitive, stream] = entries
  expect(plain?.request?.note).toBe('cut after 100 of 411 bytes')
  expect(plain?.request?.body).toBe(body.slice(0, 54))
  expect(sensitive?.request).not.toHaveProperty('body')
  expect(sensitive?.request?.note).toMatch(/411 bytes, not kept: sensitive fields/)
  expect(stream?.reply?.note).toBe('a stream, which is not kept')
})

test('a store that fails costs memory up to the bound, then entries, which are counted', async () => {
  const failures: string[] = []
  const { api, recorder, entries, state } = arrange({ maxWaiting: 100, onFailure: (cause) => failures.push(cause) })
  state.failing = true
  for (let index = 0; index < 50_000; index++) await send(api, 'GET /things/1')
  expect(recorder.state).toMatchObject({ waiting: 100, dropped: 49_900, written: 0 })
  await recorder.flush()
  expect(recorder.state.failing).toBe(true)
  expect(failures).toEqual([expect.stringContaining('disk is full')])
  state.failing = false
  await recorder.flush()
  expect(recorder.state).toMatchObject({ waiting: 0, written: 100, dropped: 49_900, failing: false })
  expect(entries).toHaveLength(100)
})

test('whoever listens hears that the store fails, and that it does no more', async () => {
  const { api, recorder, state } = arrange({ onFailure: () => undefined })
  const heard: boolean[] = []
  recorder.onWritten(() => heard.push(recorder.state.failing))
  state.failing = true
  await send(api, 'GET /things/1')
  await recorder.flush()
  state.failing = false
  await recorder.flush()
  expect(heard).toEqual([true, false])
})

test('where there is little room successes lose their messages, failures do not', async () => {
  const { api, recorder, entries } = arrange({ maxWaiting: 8 })
  for (let index = 0; index < 3; index++) await send(api, 'GET /things/1')
  await send(api, 'GET /nothing')
  await recorder.flush()
  expect(entries.map(({ request }) => request !== undefined)).toEqual([true, true, false, true])
  expect(recorder.state.shortened).toBe(1)
})

test('bodies that wait are bounded as well', async () => {
  const { api, recorder } = arrange({ maxWaitingBytes: 10_000 })
  const body = JSON.stringify({ text: 'x'.repeat(4000) })
  for (let index = 0; index < 10; index++)
    await send(api, 'POST /plain', { headers: { 'content-type': 'application/json' }, body })
  expect(recorder.state).toMatchObject({ waiting: 3, dropped: 7 })
  await recorder.flush()
})

test('so are headers', async () => {
  const { api, recorder } = arrange({ maxWaitingBytes: 10_000 })
  for (let index = 0; index < 10; index++)
    await send(api, 'GET /things/1', { headers: { 'user-agent': 'x'.repeat(4000) } })
  expect(recorder.state).toMatchObject({ waiting: 3, dropped: 7 })
  await recorder.flush()
})

test('looking for secrets takes time in proportion to the length', async () => {
  const { api, recorder, entries } = arrange({ maxBodyBytes: 1_000_000 })
  const hostile = [
    'a_'.repeat(100_000),
    '1 '.repeat(100_000),
    'a'.repeat(200_000),
    '_'.repeat(200_000),
    '@//'.repeat(60_000),
    '?a'.repeat(100_000),
    `{${'[{"a":'.repeat(30_000)}`,
    'pin:'.repeat(50_000),
  ]
  for (const text of hostile) await send(api, 'POST /plain', { body: { text } })
  await recorder.flush()
  // With a square in it this would take minutes, and the test its time limit.
  expect(entries).toHaveLength(hostile.length)
})

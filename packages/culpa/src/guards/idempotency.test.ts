import { describe, expect, test } from 'vitest'
import { reply } from '../server/reply.ts'
import type { IdempotencyStore } from '../server/stores.ts'
import { chargesApi, keepings, leaseInMemory } from './testing-charges.suite.ts'

const dayMs = 86_400_000

describe.each(keepings)('%s', (_name, open) => {
  test('missing where required: 400 idempotency_key_missing, not recorded', async () => {
    const { api, charge, key, runs } = await chargesApi(open())
    const answer = await charge({ idempotencyKey: undefined })
    expect(answer).toMatchObject({ status: 400, code: 'idempotency_key_missing' })
    expect(answer.json.param).toBe('Idempotency-Key')
    expect(runs()).toBe(0)
    expect(api.plans[0]?.codes.has('idempotency_key_missing')).toBe(true)
    expect((await charge({ key })).status).toBe(200)
  })

  test('missing where optional: runs each time', async () => {
    const { charge, runs } = await chargesApi(open(), { idempotency: 'optional' })
    const unkeyed = { idempotencyKey: undefined }
    expect([(await charge(unkeyed)).status, (await charge(unkeyed)).status]).toEqual([200, 200])
    expect(runs()).toBe(2)
  })

  test('new: runs, and its answer is not marked as replayed', async () => {
    const { charge, runs } = await chargesApi(open())
    const answer = await charge()
    expect(answer.status).toBe(200)
    expect(answer.header('idempotent-replayed')).toBeUndefined()
    expect(runs()).toBe(1)
  })

  test('finished, same fingerprint: the same status, headers and bytes + Idempotent-Replayed: true', async () => {
    const headers = [
      ['location', '/charges/ch_1'],
      ['etag', '"v1"'],
      ['content-language', 'de'],
      ['link', '</next>; rel="next"'],
    ] as const
    const bytes = new Uint8Array([0, 255, 13, 10, 195])
    const handler = () => reply(201, bytes, [['Content-Type', 'application/octet-stream'], ...headers])
    const { charge, runs, events } = await chargesApi(open(), { handler })
    const first = await charge()
    for (let count = 0; count < 3; count++) {
      const again = await charge()
      expect(again.status).toBe(201)
      expect(again.bytes).toEqual(first.bytes)
      for (const [name, value] of headers) expect(again.header(name)).toBe(value)
      expect(again.header('content-type')).toBe('application/octet-stream')
      expect(again.header('content-length')).toBe('5')
      expect(again.header('idempotent-replayed')).toBe('true')
      expect(events.at(-1)).toMatchObject({ replayed: true, status: 201 })
    }
    expect(runs()).toBe(1)
  })

  test('finished without a body: replayed without one', async () => {
    const { charge, runs } = await chargesApi(open(), { handler: () => undefined })
    const answers = [await charge(), await charge()]
    expect(answers.map(({ status, header }) => [status, header('content-length')])).toEqual([
      [204, undefined],
      [204, undefined],
    ])
    expect(runs()).toBe(1)
  })

  test('handler: 2xx: returned, recorded', async () => {
    const { charge, runs } = await chargesApi(open(), { handler: () => reply(202, { queued: true }) })
    expect([(await charge()).text, (await charge()).text]).toEqual(['{"queued":true}', '{"queued":true}'])
    expect(runs()).toBe(1)
  })

  test('handler: final 4xx: returned, recorded', async () => {
    const { charge, runs } = await chargesApi(open(), {
      handler({ errors }) {
        throw errors.card_declined({ param: 'source' })
      },
    })
    const [first, again] = [await charge(), await charge()]
    expect(again).toMatchObject({ status: 402, code: 'card_declined', text: first.text })
    expect(again.header('idempotent-replayed')).toBe('true')
    for (const name of ['content-type', 'link', 'error-code', 'cache-control', 'x-content-type-options']) {
      expect(again.header(name)).toBe(first.header(name))
    }
    expect(runs()).toBe(1)
  })

  test('handler: a 4xx that may pass: returned, not recorded, a retry runs', async () => {
    let isBusy = true
    const { charge, runs } = await chargesApi(open(), {
      handler({ errors }) {
        if (isBusy) throw errors.account_busy()
        return 'done'
      },
    })
    expect((await charge()).code).toBe('account_busy')
    isBusy = false
    expect((await charge()).text).toBe('"done"')
    expect(runs()).toBe(2)
  })

  test('other fingerprint, finished: 422 idempotency_key_reused, never writes', async () => {
    const { charge, runs } = await chargesApi(open())
    const first = await charge()
    expect(await charge({ body: { amount: 2 } })).toMatchObject({ status: 422, code: 'idempotency_key_reused' })
    expect((await charge()).text).toBe(first.text)
    expect(runs()).toBe(1)
  })

  test('other fingerprint, expired: 422 idempotency_key_reused', async () => {
    const keeping = open()
    const { charge } = await chargesApi(keeping)
    await charge()
    keeping.clock.advance(dayMs)
    expect((await charge({ body: { amount: 2 } })).code).toBe('idempotency_key_reused')
    expect((await charge()).code).toBe('idempotency_response_expired')
  })

  test('response expired (24 h): 409 idempotency_response_expired, never re-run, until its tombstone goes (35 d)', async () => {
    const keeping = open()
    const { charge, runs } = await chargesApi(keeping)
    await charge()
    keeping.clock.advance(dayMs - 1)
    expect((await charge()).header('idempotent-replayed')).toBe('true')
    keeping.clock.advance(1)
    const answer = await charge()
    expect(answer).toMatchObject({ status: 409, code: 'idempotency_response_expired' })
    expect(answer.header('retry-after')).toBeUndefined()
    keeping.clock.advance(34 * dayMs - 1)
    expect((await charge()).code).toBe('idempotency_response_expired')
    expect(runs()).toBe(1)
    keeping.clock.advance(1)
    expect((await charge()).status).toBe(200)
    expect(runs()).toBe(2)
  })

  test.each([
    ['its disk fails', new Error('disk I/O error at /var/lib/api.db')],
    ['fetch fails', new TypeError('disk I/O error at /var/lib/api.db', { cause: new Error('ECONNREFUSED') })],
  ])('store unreachable before the claim (%s): 503, handler not run', async (_case, fault) => {
    const { mode, store } = open()
    const lost = () => {
      throw fault
    }
    const broken: IdempotencyStore = { ...store, claim: lost, ...(store.transact && { transact: lost }) }
    const { charge, runs, events } = await chargesApi({ mode, store: broken })
    const answer = await charge()
    expect(answer).toMatchObject({ status: 503, code: 'service_unavailable' })
    expect(answer.header('retry-after')).toBe('1')
    expect(answer.text).not.toContain('/var/lib')
    expect(events[0]?.cause).toContain('disk I/O error')
    expect(runs()).toBe(0)
  })

  test('operations that take no key ignore the header, well formed or not', async () => {
    const { charge, runs } = await chargesApi(open(), { idempotency: undefined as never })
    for (const idempotencyKey of ['k1', 'k1', 'not a key']) expect((await charge({ idempotencyKey })).status).toBe(200)
    expect(runs()).toBe(3)
  })

  test('200 requests at once with one key: one runs, the rest are replays or 409, none a 5xx', async () => {
    const { charge, runs } = await chargesApi(open(), { handler: () => reply(201, { id: 'ch_1' }) })
    const answers = await Promise.all(Array.from({ length: 200 }, () => charge()))
    expect(runs()).toBe(1)
    for (const { status, text, code } of answers) {
      if (status === 201) expect(text).toBe('{"id":"ch_1"}')
      else expect(code).toBe('idempotency_in_progress')
    }
  })

  test('an answer that breaks the contract is 500 and never recorded as the answer', async () => {
    const { charge } = await chargesApi(open(), { handler: () => ({ amount: 1n }) })
    expect((await charge()).code).toBe('internal_error')
    expect((await charge()).header('idempotent-replayed')).toBeUndefined()
  })
})

test('the key of a request that is refused before its handler stays free', async () => {
  const { charge, runs } = await chargesApi(leaseInMemory())
  expect((await charge({ headers: { accept: 'text/html' } })).status).toBe(406)
  expect((await charge({ key: 'wrong' })).status).toBe(401)
  expect((await charge()).status).toBe(200)
  expect(runs()).toBe(1)
})

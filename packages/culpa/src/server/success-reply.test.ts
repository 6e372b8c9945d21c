import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { type SendOptions, send } from '../guards/testing.suite.ts'
import { operationsFor } from './operations-for.ts'
import { created, noContent, reply } from './reply.ts'

const contract = defineContract({ docs: '/errors' })

function answerTo(handler: () => unknown, options?: SendOptions & { method?: string }) {
  const operation = operationsFor(contract)
  const api = createApi({ contract, operations: [operation('GET /', { handler })], log: () => undefined })
  return send(api, `${options?.method ?? 'GET'} /`, options)
}

function streamOf(text: string) {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text))
      controller.close()
    },
  })
}

test('a plain value is 200 with JSON of exact length', async () => {
  const answer = await answerTo(() => ({ name: 'Żółw' }))
  expect(answer).toMatchObject({ status: 200, text: '{"name":"Żółw"}' })
  expect(answer.header('content-type')).toBe('application/json')
  expect(answer.header('content-length')).toBe(String(answer.bytes.byteLength))
})

test('null is JSON, nothing is 204 without a length', async () => {
  expect(await answerTo(() => null)).toMatchObject({ status: 200, text: 'null' })
  for (const handler of [() => undefined, noContent]) {
    const answer = await answerTo(handler)
    expect(answer.status).toBe(204)
    expect(answer.header('content-length')).toBeUndefined()
  }
})

test('created is 201 with its location', async () => {
  const answer = await answerTo(() => created({ id: 'ch_1' }, '/v1/charges/ch_1'))
  expect(answer).toMatchObject({ status: 201, text: '{"id":"ch_1"}' })
  expect(answer.header('location')).toBe('/v1/charges/ch_1')
})

test('header names go out in lower case, whatever the handler writes', async () => {
  const answer = await answerTo(() => reply(200, 'a,b', [['Content-Type', 'text/csv']]))
  expect(answer.text).toBe('a,b')
  expect(answer.headers.filter(([name]) => name.toLowerCase() === 'content-type')).toEqual([
    ['content-type', 'text/csv'],
  ])
})

test('a handler cannot send a wrong length', async () => {
  const answer = await answerTo(() => reply(200, new Uint8Array([1, 2, 3]), [['content-length', '999']]))
  expect(answer.headers.filter(([name]) => name === 'content-length')).toEqual([['content-length', '3']])
})

test('a 304 has no body and no length', async () => {
  const answer = await answerTo(() => reply(304, { ignored: true }, [['etag', '"v1"']]))
  expect(answer).toMatchObject({ status: 304, text: '' })
  expect(answer.header('content-length')).toBeUndefined()
})

test('a stream goes out as it is, and HEAD cancels it', async () => {
  expect((await answerTo(() => reply(200, streamOf('one two')))).text).toBe('one two')
  let cancelled = false
  const endless = () =>
    new ReadableStream<Uint8Array>({
      cancel() {
        cancelled = true
      },
    })
  expect((await answerTo(() => reply(200, endless()), { method: 'HEAD' })).text).toBe('')
  expect(cancelled).toBe(true)
})

test('a thenable is awaited like a promise', async () => {
  // biome-ignore lint/suspicious/noThenProperty: that is what is tested
  expect((await answerTo(() => ({ then: (done: (value: unknown) => void) => done({ ok: true }) }))).json).toEqual({
    ok: true,
  })
})

test('an empty answer that is not 204 has a length of 0', async () => {
  expect((await answerTo(() => reply(202, null))).header('content-length')).toBe('0')
})

import { afterAll, beforeAll, expect } from 'vitest'
import { listen, type NodeServer } from '../../packages/culpa/src/adapters/node.ts'
import * as raw from './raw-http.ts'
import { sampleApi } from './sample-api.ts'

export const host = 'Host: api.example.com\r\n'
export const get = `GET /hello HTTP/1.1\r\n${host}\r\n`
export const post = (headers: string, body = '') =>
  `POST /charges HTTP/1.1\r\n${host}Content-Type: application/json\r\n${headers}\r\n${body}`

/** A Node server with short limits that runs for the tests of one file, and raw connections to it. */
export function wireServer() {
  const sample = sampleApi()
  let server: NodeServer
  beforeAll(async () => {
    server = await listen(sample.api, {
      port: 0,
      headersTimeoutMs: 300,
      requestTimeoutMs: 600,
      checkIntervalMs: 50,
      stallTimeoutMs: 400,
      processFailures: 'crash',
    })
  })
  afterAll(() => server.close())
  const exchange = (...bytes: readonly (string | Uint8Array)[]) => raw.exchange(server.port, ...bytes)
  return {
    sample,
    open: () => raw.open(server.port),
    exchange,
    /** How many connections the server holds. */
    connections: () => new Promise<number>((resolve) => server.server.getConnections((_, count) => resolve(count))),
    async expectAlive(): Promise<void> {
      expect((await exchange(get)).status).toBe(200)
    },
  }
}

export function expectRefusal(answer: raw.RawAnswer, status: number, code: string): void {
  expect([answer.status, answer.headers['error-code']]).toEqual([status, code])
  expect(answer.headers['request-id']).toMatch(/^req_/)
  expect(answer.headers['content-type']).toBe('application/json')
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.headers.date).toMatch(/GMT$/)
  expect(JSON.parse(answer.body).error).toMatchObject({ code, type: 'invalid_request_error' })
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { documentedSystems, type SystemName } from '../support/documented.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'
import {
  declaredHeaders,
  documentedOperationOf,
  documentedOperations,
  openapiProblems,
} from '../support/openapi-answers.ts'
import { type Success, successes, successHeaders } from '../support/successes.ts'
import { exchange, type WireAnswer, type WireRequest } from '../support/wire.ts'

interface Exchange {
  readonly request: WireRequest
  readonly answer: WireAnswer
}

const succeeded = new Map<SystemName, readonly Exchange[]>()
let sandbox: LiveSandbox

beforeAll(async () => {
  sandbox = await openSandbox()
  await Promise.all(documentedSystems.map(async ({ name }) => succeeded.set(name, await callAll(name))))
})
afterAll(() => sandbox?.close())

/** Each finds the id that the last request has made, and its version. */
async function callAll(name: SystemName): Promise<readonly Exchange[]> {
  const exchanges: Exchange[] = []
  let made: { id: string; etag: string } = { id: '', etag: '' }
  for (const one of successes[name]) {
    const request = { ...filled(one, made.id), headers: headersOf(name, one, made.etag) }
    const answer = await exchange(sandbox.port, request)
    const { id = made.id, runId = id } = JSON.parse(answer.body)
    made = { id: runId, etag: answer.headers.etag ?? made.etag }
    exchanges.push({ request, answer })
  }
  return exchanges
}

function filled(one: Success, id: string): WireRequest {
  return JSON.parse(JSON.stringify(one).replaceAll('{id}', id).replaceAll('%7Bid%7D', id))
}

function headersOf(name: SystemName, one: Success, etag: string) {
  const key = sandbox.system(name).keys.full ?? ''
  return { ...successHeaders(key, one), ...(one.method === 'PUT' && { 'if-match': etag }) }
}

describe.each(documentedSystems)('$name', ({ name }) => {
  const all = () => succeeded.get(name) ?? []

  test('every operation succeeds as its OpenAPI documents say: status, headers and body, sent and received', () => {
    expect(
      all()
        .map(({ request }) => documentedOperationOf(name, request))
        .sort(),
    ).toEqual([...documentedOperations(name)].sort())
    expect(all().flatMap(({ request, answer }) => openapiProblems(name, request, answer))).toEqual([])
  })

  test('a success has every header that is declared for it, but for that of a replay', () => {
    for (const { request, answer } of all()) {
      const declared = declaredHeaders(name, request, answer.status).filter((one) => one !== 'idempotent-replayed')
      for (const header of declared) expect(answer.headers, `${request.method} ${request.path}`).toHaveProperty(header)
    }
  })
})

test('a header or a member that no document has would be found', () => {
  const [{ request, answer }] = (succeeded.get('field-errors') ?? []) as [Exchange]
  const changed = (changes: Partial<WireAnswer>) => openapiProblems('field-errors', request, { ...answer, ...changes })
  expect(changed({})).toEqual([])
  expect(changed({ lines: [...answer.lines, ['location', '/x']] }).join()).toContain('location: /x')
  expect(changed({ headers: { ...answer.headers, etag: undefined as never } }).join()).toContain('lacks ETag')
  expect(changed({ headers: { ...answer.headers, etag: 'weak' } }).join()).toContain('must match pattern')
  expect(changed({ body: answer.body.replace('"amount"', '"amounts"') }).join()).toContain('amount')
  expect(changed({ status: 201 }).join()).toContain('not declared')
})

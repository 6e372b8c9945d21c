import { afterEach, expect, test, vi } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { send } from '../guards/testing.suite.ts'
import { operationsFor } from './operations-for.ts'

afterEach(() => vi.restoreAllMocks())

test('each 5xx is one line of JSON with route, code and cause; refusals are not logged', async () => {
  const lines: string[] = []
  vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line))
  const contract = defineContract({ docs: '/errors' })
  const operation = operationsFor(contract)
  const broken = operation('GET /broken/:id', {
    handler() {
      throw new Error('first line\nsecond line\r\n{"level":"forged"}')
    },
  })
  const down = operation('GET /down', {
    errors: ['service_unavailable'],
    handler({ errors }) {
      throw errors.service_unavailable()
    },
  })
  const api = createApi({ contract, operations: [broken, down] })
  await send(api, 'GET /nothing')
  await send(api, 'GET /down')
  expect(JSON.parse(lines.shift()!)).toMatchObject({ code: 'service_unavailable', declared: true, status: 503 })
  const answer = await send(api, 'GET /broken/a%0Ab?token=secret')
  expect(lines).toHaveLength(1)
  expect(lines[0]).not.toMatch(/[\r\n]|token=secret/)
  expect(JSON.parse(lines[0]!)).toMatchObject({
    operation: 'GET /broken/:id',
    code: 'internal_error',
    declared: false,
    source: 'handler',
    status: 500,
    requestId: answer.header('request-id'),
    cause: expect.stringContaining('first line\nsecond line'),
  })
})

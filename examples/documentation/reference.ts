import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { referencePage, withPages } from '@culpa/cli/pages'
import { apiKeys, createApi, defineContract, operationsFor } from 'culpa'
import { memoryKeys } from 'culpa/memory'
import { capture } from 'culpa/profiles'
import { createOpenapi, createReference, mergeOpenapi, referenceSite, wholeMarkdown } from 'culpa/reference'
import { z } from 'zod'

const contract = defineContract({
  profile: capture,
  docs: 'https://docs.example.com/errors',
  errors: {
    card_declined: {
      status: 402,
      type: 'card_error',
      message: 'Your card was declined.',
      showToUser: true,
      details: z.object({ decline_code: z.string().describe('Why the bank refused.') }),
      example: { decline_code: 'lost_card' },
      causes: ['The issuer refused the charge.'],
      fix: 'Ask for another card.',
    },
  },
})
const operation = operationsFor(contract)
const NewCharge = z.object({ amount: z.number().int().min(1), source: z.string() })

export const api = createApi({
  contract,
  log: () => undefined,
  guards: { keys: apiKeys(memoryKeys(), { peppers: { 1: 'the pepper of the documentation' } }) },
  operations: [
    operation('POST /v1/charges', {
      summary: 'Charge a card',
      scopes: ['charges:write'],
      body: NewCharge,
      errors: ['card_declined'],
      handler({ errors }) {
        throw errors.card_declined({ param: 'source', details: { decline_code: 'lost_card' } })
      },
    }),
  ],
})

// docs/reference.md: pages
export const reference = createReference(api, { baseUrl: 'https://api.example.com' })

export function writeSite(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const { path, text } of referenceSite(reference)) writeFileSync(join(folder, path), text)
  writeFileSync(join(folder, 'ERRORS.md'), wholeMarkdown(reference))
}

const files = new Map(referenceSite(reference, { links: 'server' }).map((file) => [`/${file.path}`, file]))

// docs/reference.md: provoking
const triggers = [
  {
    code: 'card_declined',
    cause: 'a card that is always declined',
    steps: [
      {
        method: 'POST',
        path: '/v1/charges',
        headers: { authorization: 'Bearer sk_test_…', 'content-type': 'application/json' },
        body: '{"amount":2000,"source":"tok_chargeDeclined"}',
      },
    ],
  },
]
export const provoked = createReference(api, { baseUrl: 'http://localhost:4000', triggers })

// docs/reference.md: recorded answers
const answers = {
  card_declined: {
    status: 402,
    reason: 'Payment Required',
    headers: [['content-type', 'application/problem+json']] as const,
    body: '{"status":402,"code":"card_declined","detail":"Your card was declined.","decline_code":"lost_card"}',
  },
}
const recorded = createReference(api, { answers })

// docs/reference.md: beside an API
const page = referencePage(api, { baseUrl: 'http://localhost:4000', triggers })
const handling = withPages(api, page === undefined ? [] : [page])

// docs/reference.md: OpenAPI
const info = { title: 'Charges', version: '2.1.0', license: { name: 'MIT', identifier: 'MIT' } }
export const document = createOpenapi(api, { version: '3.2', info })

const existing = {
  openapi: '3.1.1',
  info: { title: 'Charges', version: '2.1.0' },
  paths: { '/v1/charges': { post: { responses: { 200: { description: 'The charge.' } } } } },
}
export const merged = mergeOpenapi(existing, createOpenapi(api))

export { files, handling, recorded }

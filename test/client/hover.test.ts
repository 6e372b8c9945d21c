import { afterAll, expect, test } from 'vitest'
import { openInEditor } from '../support/language-server.ts'

const editor = await openInEditor(
  'test/client/hovered.ts',
  `
import { createClient } from 'culpa/client'
import type { api } from './typed-api.ts'
const client = createClient<typeof api>({ baseUrl: 'http://localhost', unkeyed: { 'POST /v1/sessions': true } })
const call = client.post('/v1/charges', { body: { amount: 5 } })
const charge = await call
const result = await call.safe()
const { ok, data, error } = result
if (!ok && error.code === 'card_declined') console.log(error, error.details)
const customers = client.list('/v1/customers')
`,
)
afterAll(editor.close)

const data = '{ id: string; amount: number; at: string; }'
const details = '{ decline_code: "lost_card" | "stolen_card"; }'
const declared = `{ readonly account_closed: undefined; readonly card_declined: ${details}; }`
const renamed = '{ readonly resource_missing: "no_such_charge"; readonly api_key_missing: "key_missing"; }'
const error = `CallError<${declared}, ${renamed}>`

/** What an editor shows must read like what its user wrote: the operation's own types, below the name of one of ours. */
test.each([
  ['the data', 'const charge', 'charge', `const charge: ${data}`],
  ['a call', 'const call', 'call', `const call: ApiCall<${data}, ${error}>`],
  ['a safe result', 'const result', 'result', `const result: SafeResult<${data}, ${error}>`],
  ['its data', 'const { ok', 'data', `const data: ${data} | undefined`],
  ['its error', 'const { ok', 'error', `const error: ${error} | undefined`],
  ['an error of one code', 'console.log', 'error,', `const error: ApiResponseError<"card_declined", ${details}>`],
  [
    'a list',
    'const customers',
    'customers',
    'const customers: AsyncGenerator<{ readonly id: string; readonly name: string; }, void, undefined>',
  ],
])('%s is shown in few words', async (_what, line, word, shown) => {
  expect((await editor.hover(line, word)).replace(/\s+/g, ' ')).toBe(shown)
  expect(shown.length).toBeLessThan(300)
})

import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { formatNames } from '../contract/profile.ts'
import { createApi } from '../create-api.ts'
import { formats } from '../formats/index.ts'
import { send } from '../guards/testing.suite.ts'
import { operationsFor } from './operations-for.ts'

const texts = [
  '',
  ' ',
  '\n\t',
  '\u00a0',
  'x',
  ' x',
  ' '.repeat(100_001),
  'x'.repeat(100_001),
  '😀'.repeat(60_000),
  '\0',
]
const thrown = [
  ...texts.map((message) => ({ message })),
  ...texts.map((param) => ({ param })),
  ...texts.map((message) => ({ violations: [{ param: 'a', message }] })),
  ...texts.map((param) => ({ violations: [{ param, message: 'No.' }] })),
  { violations: Array.from({ length: 2000 }, (_, index) => ({ param: `a.${index}`, message: 'x'.repeat(500) })) },
]

test.each(formatNames)(
  '%s: whatever a handler says goes out as the documents say: not blank, not endless',
  async (format) => {
    const contract = defineContract({ docs: '/errors', format, errors: { odd: { status: 422, message: 'Odd.' } } })
    const errors = [...thrown]
    const operation = operationsFor(contract)('GET /', {
      errors: ['odd'],
      handler(input) {
        throw input.errors.odd(errors.shift())
      },
    })
    const api = createApi({ contract, operations: [operation], log: () => undefined })
    const { code, type, status, docUrl } = contract.codes.get('odd')!
    const title = contract.statuses[status]?.name ?? ''
    const { codeSchemas } = formats[format]
    const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(
      codeSchemas.body(codeSchemas.variant({ code, type, status, title, docUrl })),
    )
    for (const one of thrown) {
      const answer = await send(api, 'GET /')
      expect(answer.code).toBe('odd')
      validate(answer.json)
      expect(validate.errors ?? [], JSON.stringify(one).slice(0, 60)).toEqual([])
    }
  },
)

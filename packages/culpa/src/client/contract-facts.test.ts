import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { stripe } from '../profiles/stripe.ts'
import { contractFacts } from './contract-facts.ts'

const contract = defineContract({
  profile: stripe,
  docs: '/errors',
  errors: { account_busy: { status: 409, message: 'Busy.', retry: 'backoff' } },
  builtins: { rate_limited: { code: 'slow_down' } },
})

test('takes format and retry advice, by the codes on the wire', () => {
  const { format, codes } = contractFacts(contract)
  expect(format).toBe('stripe')
  expect(codes).toMatchObject({ account_busy: 'backoff', slow_down: 'after_delay', resource_missing: 'never' })
  expect(codes).not.toHaveProperty('rate_limited')
  expect(Object.keys(codes)).toHaveLength(contract.codes.size)
})

test('facts are JSON, and the facts of facts are the same', () => {
  const facts = contractFacts(contract)
  expect(contractFacts(JSON.parse(JSON.stringify(facts)))).toEqual(facts)
})

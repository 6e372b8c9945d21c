import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'

let sandbox: LiveSandbox

beforeAll(async () => {
  sandbox = await openSandbox()
})
afterAll(() => sandbox?.close())

async function charge(source: string): Promise<{ brand: string; last4: string; fingerprint: string }> {
  const { base, keys } = sandbox.system('stripe')
  const answer = await fetch(`${sandbox.url}${base}/charges`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keys.full}` },
    body: new URLSearchParams({ amount: '2000', currency: 'usd', source }),
  })
  expect(answer.status).toBe(200)
  const made = (await answer.json()) as { payment_method_details: { card: Awaited<ReturnType<typeof charge>> } }
  return made.payment_method_details.card
}

test.each([
  ['tok_visa', '4242424242424242', 'visa'],
  ['tok_visa_debit', '4000056655665556', 'visa'],
  ['tok_mastercard', '5555555555554444', 'mastercard'],
  ['tok_mastercard_debit', '5200828282828210', 'mastercard'],
  ['tok_amex', '378282246310005', 'amex'],
  ['tok_discover', '6011111111111117', 'discover'],
  ['tok_diners', '3056930009020004', 'diners'],
  ['tok_jcb', '3566002020360505', 'jcb'],
  ['tok_unionpay', '6200000000000005', 'unionpay'],
])('a charge of %s shows the card %s of %s, by token as by number', async (token, number, brand) => {
  const byToken = await charge(token)
  expect(byToken).toMatchObject({ brand, last4: number.slice(-4) })
  expect(await charge(number)).toEqual(byToken)
})

test('cards of different numbers have different fingerprints', async () => {
  const prints = await Promise.all(['tok_visa', 'tok_visa_debit', 'tok_mastercard'].map(charge))
  expect(new Set(prints.map(({ fingerprint }) => fingerprint)).size).toBe(3)
})

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Charging, newCharging } from '../support/charging.ts'
import { documentedSystems, type SystemName } from '../support/documented.ts'
import { ledgerOf, settledPayments } from '../support/ledger.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'
import { until } from '../support/sandbox-child.ts'

let sandbox: LiveSandbox

beforeAll(async () => {
  sandbox = await openSandbox()
})
afterAll(() => sandbox?.close())

const chargingOf = (name: SystemName) => newCharging(sandbox.url, sandbox.system(name))

interface Answer {
  readonly status: number
  readonly code: string
  readonly replayed: boolean
  readonly text: string
}

async function answerOf(pending: Promise<Response>): Promise<Answer> {
  const response = await pending
  const { status, headers } = response
  const replayed = headers.get('idempotent-replayed') === 'true'
  return { status, code: headers.get('error-code') ?? '', replayed, text: await response.text() }
}

/** Sends the same request at once, so many times; then once more, when the first has ended. */
async function stampede({ send }: Charging, instrument: string, count: number) {
  const key = randomUUID()
  const atOnce = await Promise.all(Array.from({ length: count }, () => answerOf(send(instrument, key))))
  const early = atOnce.filter(({ code }) => code === 'idempotency_in_progress')
  const after = await answerOf(send(instrument, key))
  return { answered: atOnce.filter((one) => !early.includes(one)), early, after }
}

/** Breaks off a keyed payment while the processor works on it; nothing when its answer was quicker. */
async function leaveInTheMiddle(name: SystemName) {
  const charging = await chargingOf(name)
  const key = randomUUID()
  const payments = ledgerOf(sandbox.databaseFile).length + 1
  const leaving = new AbortController()
  const answered = charging.send('tok_processorSlow', key, undefined, leaving.signal).then(
    () => true,
    () => false,
  )
  await until(async () => (ledgerOf(sandbox.databaseFile).length >= payments ? true : undefined))
  leaving.abort()
  return (await answered) ? undefined : { charging, key, payments }
}

describe.each(documentedSystems)('$name', ({ name }) => {
  test.each(['approved', 'processorSlow'])('20 times the same keyed payment at once are one (%s)', async (kind) => {
    const charging = await chargingOf(name)
    const before = settledPayments(sandbox.databaseFile)
    const { answered, early, after } = await stampede(charging, `tok_${kind}`, 20)
    expect(answered.length + early.length).toBe(20)
    expect(new Set([...answered, after].map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(after).toMatchObject({ status: 200, replayed: true })
    expect(answered.filter(({ replayed }) => !replayed)).toHaveLength(1)
    expect(await charging.made()).toBe(1)
    expect(settledPayments(sandbox.databaseFile)).toBe(before + 1)
  })

  test('a keyed payment that is declined is declined once and replayed', async () => {
    const charging = await chargingOf(name)
    const before = settledPayments(sandbox.databaseFile)
    const { answered, after } = await stampede(charging, 'tok_chargeDeclined', 20)
    expect(new Set([...answered, after].map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(after.status).toBeGreaterThanOrEqual(400)
    expect(after.replayed).toBe(true)
    expect(await charging.made()).toBe(0)
    expect(settledPayments(sandbox.databaseFile)).toBe(before + 1)
  })

  test('a caller who goes away in the middle of a keyed payment finds it made, once', async () => {
    const known = ledgerOf(sandbox.databaseFile).length
    const { charging, key, payments } = await until(() => leaveInTheMiddle(name))
    const again = await until(async () => {
      const answer = await answerOf(charging.send('tok_processorSlow', key))
      return answer.code === 'idempotency_in_progress' ? undefined : answer
    })
    expect(again).toMatchObject({ status: 200, replayed: true })
    expect(await charging.made()).toBe(1)
    expect(ledgerOf(sandbox.databaseFile)).toHaveLength(payments)
    expect(payments).toBeGreaterThan(known)
  })

  test('a refusal of the processor that changed nothing leaves the key free', async () => {
    const charging = await chargingOf(name)
    const key = randomUUID()
    const instrument = name === 'stripe' ? 'tok_networkDown' : 'tok_nobodyIssuedThis'
    const [first, again] = [
      await answerOf(charging.send(instrument, key)),
      await answerOf(charging.send(instrument, key)),
    ]
    expect(again).toMatchObject({ status: first.status, code: first.code })
    expect(await charging.made()).toBe(0)
  })
})

describe.concurrent('a processor that answers too late', () => {
  test.each(documentedSystems)('$name: 504 first, then the retries find the one payment', async ({ name }) => {
    const charging = await chargingOf(name)
    const key = randomUUID()
    const first = await answerOf(charging.send('tok_processorLate', key))
    expect(first).toMatchObject({ status: 504, code: 'upstream_timeout' })
    const between = new Set<string>()
    const settled = await until(async () => {
      const answer = await answerOf(charging.send('tok_processorLate', key))
      if (answer.status === 200) return answer
      between.add(answer.code)
      return undefined
    })
    expect([...between].filter((code) => code !== 'idempotency_outcome_unknown')).toEqual([])
    expect(settled.replayed).toBe(true)
    expect(await answerOf(charging.send('tok_processorLate', key))).toEqual(settled)
    expect(await charging.made()).toBe(1)
  })

  test.each(documentedSystems)('$name: retries that come at once settle it once', async ({ name }) => {
    const charging = await chargingOf(name)
    const key = randomUUID()
    await answerOf(charging.send('tok_processorLate', key))
    const settled = await until(async () => {
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => answerOf(charging.send('tok_processorLate', key))),
      )
      return answers.every(({ status }) => status === 200) ? answers : undefined
    })
    expect(new Set(settled.map(({ text }) => text)).size).toBe(1)
    expect(await charging.made()).toBe(1)
  })
})

test.each(['stripe', 'field-errors', 'error-list'] as const)(
  '%s: the key of one organisation means nothing to another',
  async (name) => {
    const charging = await chargingOf(name)
    const key = randomUUID()
    const own = await answerOf(charging.send('tok_visa', key))
    const foreign = await answerOf(charging.send('tok_visa', key, sandbox.system(name).keys.other_org))
    expect(foreign).toMatchObject({ status: 200, replayed: false })
    expect(foreign.text).not.toBe(own.text)
    expect(await charging.made()).toBe(1)
  },
)

test('another API key of the same organisation replays', async () => {
  const charging = await chargingOf('stripe')
  const key = randomUUID()
  const own = await answerOf(charging.send('tok_visa', key))
  const again = await answerOf(charging.send('tok_visa', key, sandbox.system('stripe').keys.admin))
  expect(again).toMatchObject({ status: 200, replayed: true, text: own.text })
  expect(await charging.made()).toBe(1)
})

import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { newCharging } from '../support/charging.ts'
import { ledgerOf } from '../support/ledger.ts'
import type { DescribedSystem } from '../support/live-sandbox.ts'
import { childGroup, until } from '../support/sandbox-child.ts'

const group = childGroup()
afterAll(() => group.close())

const args = ['--port', '0', '--db', group.databaseFile]

async function systemOf(url: string, name: string): Promise<DescribedSystem> {
  const { systems } = (await (await fetch(`${url}/sandbox.json`)).json()) as { systems: DescribedSystem[] }
  return systems.find((one) => one.name === name) as DescribedSystem
}

/** Waits until the processor has an instrument in its books, settled or not. */
function inLedger(instrument: string, settled: boolean) {
  return until(async () =>
    ledgerOf(group.databaseFile).find((row) => row.instrument === instrument && row.settled === settled),
  )
}

/** What the server says once the attempt that died no longer counts as running. */
function outcomeOf(send: () => Promise<Response>) {
  return until(async () => {
    const response = await send()
    const { status, headers } = response
    const code = headers.get('error-code') ?? ''
    await response.text()
    if (code === 'idempotency_in_progress') return undefined
    return { status, code, replayed: headers.get('idempotent-replayed') === 'true' }
  })
}

describe('the sandbox is killed in the middle of two keyed charges', () => {
  const [settledKey, openKey] = [randomUUID(), randomUUID()]

  test('afterwards the settled one is found, once, and the open one is called unknown and never made again', async () => {
    const first = group.start([...args, '--fresh'])
    const before = await first.ready
    const described = await systemOf(before, 'stripe')
    const [settled, open] = [await newCharging(before, described), await newCharging(before, described)]
    const cut = [settled.send('tok_processorLate', settledKey), open.send('tok_processorSilent', openKey)]
    const lost = Promise.allSettled(cut)
    await Promise.all([inLedger('tok_processorLate', false), inLedger('tok_processorSilent', false)])
    // Stopped, it cannot hear the processor, which settles the late charge meanwhile.
    first.kill('SIGSTOP')
    await inLedger('tok_processorLate', true)
    first.kill('SIGKILL')
    await first.exit
    expect((await lost).map(({ status }) => status)).toEqual(['rejected', 'rejected'])

    const second = group.start(args)
    const after = await second.ready
    const sendAgain = (instrument: string, key: string, charging: typeof settled) => () =>
      charging.sendTo(after, instrument, key)
    const [found, unknown] = await Promise.all([
      outcomeOf(sendAgain('tok_processorLate', settledKey, settled)),
      outcomeOf(sendAgain('tok_processorSilent', openKey, open)),
    ])
    expect(found).toEqual({ status: 200, code: '', replayed: true })
    expect(unknown).toEqual({ status: 409, code: 'idempotency_outcome_unknown', replayed: false })
    expect(await settled.made(after)).toBe(1)
    expect(await open.made(after)).toBe(0)
    // The processor was asked to pay once each.
    const asked = ledgerOf(group.databaseFile).filter(({ instrument }) => instrument.startsWith('tok_processor'))
    expect(asked.sort((a, b) => a.instrument.localeCompare(b.instrument))).toEqual([
      { instrument: 'tok_processorLate', settled: true },
      { instrument: 'tok_processorSilent', settled: false },
    ])
  }, 120_000)
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordedAnswers } from '../../examples/sandbox/recorded-answers.ts'
import { recordedOrigin } from '../../examples/sandbox/stand-ins.ts'
import { documentedSystem, documentedSystems } from '../support/documented.ts'
import { leaksOf } from '../support/leaks.ts'
import { type DescribedSystem, type LiveSandbox, openSandbox, undeclaredFailures } from '../support/live-sandbox.ts'
import { openapiProblems } from '../support/openapi-answers.ts'
import { recordedTriggers, toRecorded } from '../support/recorded.ts'
import { refusalProblems } from '../support/refusal.ts'
import { inParallel, type Observation, provoke, shuffled } from '../support/run-steps.ts'

/** Of the orders; `SEED=1 npm test -- triggers` repeats one. */
const seed = Number(process.env.SEED ?? Date.now())
const observed = new Map<string, readonly Observation[]>()
let sandbox: LiveSandbox

beforeAll(async () => {
  sandbox = await openSandbox()
  await Promise.all(
    sandbox.systems.map(async (system) => {
      observed.set(system.name, [...(await runAll(system, seed)), ...(await runAll(system, seed + 1))])
    }),
  )
}, 240_000)

afterAll(() => sandbox?.close())

/** All triggers of a system; those that turn the whole system off, alone. */
async function runAll(system: DescribedSystem, order: number): Promise<readonly Observation[]> {
  const triggers = shuffled(
    system.triggers.filter(({ cannot }) => cannot === undefined),
    order,
  )
  const alone = triggers.filter(({ code }) => code === 'maintenance')
  const together = triggers.filter(({ code }) => code !== 'maintenance')
  const tasks = (list: typeof triggers) => list.map((trigger) => () => provoke(sandbox.port, trigger))
  return [...(await inParallel(tasks(alone), 1)), ...(await inParallel(tasks(together), 4))]
}

const forms = [
  ['', 'text/html; charset=utf-8'],
  ['.md', 'text/markdown; charset=utf-8'],
  ['.json', 'application/json'],
] as const
const pair = (status: number, code: string) => `${status} ${code}`
const sorted = (texts: Iterable<string>) => [...new Set(texts)].sort()
const of = (name: string) => observed.get(name) ?? []

test('the sandbox describes the six documented systems and no other', () => {
  expect(sorted(sandbox.systems.map(({ name }) => name))).toEqual(sorted(documentedSystems.map(({ name }) => name)))
})

describe.each(documentedSystems)(`$name (order ${seed})`, ({ name, base, format, errorStatuses }) => {
  const described = () => sandbox.system(name)
  const problemsOf = (find: (one: Observation) => readonly string[]) =>
    of(name).flatMap((one) => find(one).map((problem) => `${one.trigger.code}: ${problem}`))

  test('has the statuses, the base and the format of its document', () => {
    expect(described()).toMatchObject({ base, format, statuses: [200, ...errorStatuses] })
  })

  test(`every trigger provokes its own code and status, in any order and again (seed ${seed})`, () => {
    const missed = of(name)
      .filter(({ trigger, answer }) => {
        return pair(answer.status, answer.headers['error-code'] ?? '-') !== pair(trigger.status, trigger.code)
      })
      .map(({ trigger, answer }) => {
        const { 'error-code': got = 'no code' } = answer.headers
        return `${trigger.status} ${trigger.code} (${trigger.cause ?? ''}) came as ${answer.status} ${got}: ${answer.body}`
      })
    expect(missed).toEqual([])
  })

  test('what comes out is the contract, less what says why it cannot', () => {
    const { triggers } = described()
    const contract = triggers.filter(({ cannot }) => cannot === undefined).map(({ status, code }) => pair(status, code))
    const seen = of(name).map(({ answer }) => pair(answer.status, answer.headers['error-code'] ?? '-'))
    expect(sorted(seen)).toEqual(sorted(contract))
  })

  test('every code of every operation has a trigger', () => {
    const codes = new Set(described().triggers.flatMap(({ code, cannot }) => (cannot === undefined ? [code] : [])))
    const without = described().operations.flatMap((one) => one.codes.filter((code) => !codes.has(code)))
    expect(without).toEqual([])
  })

  test('a code that cannot be provoked says why in a sentence, and has no trigger beside', () => {
    const { triggers } = described()
    const triggered = new Set(triggers.filter(({ steps }) => steps !== undefined).map(({ code }) => code))
    for (const { code, cannot } of triggers) {
      if (cannot === undefined) continue
      expect(cannot, code).toMatch(/^[A-Z].{15,}\.$/)
      expect(triggered, code).not.toContain(code)
    }
  })

  test('every error status of the document comes out, and no other', () => {
    expect(sorted(of(name).map(({ answer }) => String(answer.status)))).toEqual(sorted(errorStatuses.map(String)))
  })

  test('every refusal is exactly the envelope, with the headers that HTTP asks for', () => {
    expect(problemsOf(({ answer }) => refusalProblems(documentedSystem(name), answer))).toEqual([])
  })

  test('every refusal is what the OpenAPI document says of its operation', () => {
    const asDocumented = ({ trigger, answer }: Observation) => {
      const step = trigger.steps?.at(-1)
      return step === undefined || step.raw !== undefined ? [] : openapiProblems(name, step, answer)
    }
    expect(problemsOf(asDocumented)).toEqual([])
  })

  test('no refusal tells what is nobody’s business', () => {
    const secrets = [...sandbox.secrets, ...Object.values(described().keys)]
    expect(problemsOf(({ answer }) => leaksOf(answer, secrets))).toEqual([])
  })

  test('every example of the reference is what comes out, to the byte (else: npm run record)', () => {
    const recorded = recordedAnswers(name, recordedOrigin)
    const first = new Set(recordedTriggers(described().triggers))
    const answered = of(name).filter(({ trigger }) => first.has(trigger))
    expect(sorted(answered.map(({ trigger }) => trigger.code))).toEqual(sorted(Object.keys(recorded)))
    for (const { trigger, answer } of answered) {
      expect(toRecorded(answer, sandbox.port), trigger.code).toEqual(recorded[trigger.code])
    }
  })

  test('the help link of every refusal leads to a page of its code, in its three forms', async () => {
    const links = new Map(of(name).map(({ answer }) => [answer.headers.link, answer.headers['error-code']]))
    for (const [link = '', code = '-'] of links) {
      const url = /^<([^>]+)>/.exec(link)?.[1] ?? ''
      for (const [form, type] of forms) {
        const page = await fetch(url + form)
        expect([page.status, page.headers.get('content-type')], url + form).toEqual([200, type])
        const text = await page.text()
        expect(text, url + form).toContain(code)
        if (form === '.json') expect(JSON.parse(text)).toMatchObject({ code, url })
      }
    }
  })
})

test('no two answers share a request id', () => {
  const ids = [...observed.values()].flat().map(({ answer }) => answer.headers['request-id'])
  expect(new Set(ids).size).toBe(ids.length)
})

test('the log has the planted bug as the only failure that nobody declared', () => {
  const others = undeclaredFailures(sandbox).filter((text) => !/fingerprint|brand|card/.test(text))
  expect(others).toEqual([])
})

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type CodeEntry, createReference } from 'culpa/reference'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { documentedApis, origin } from '../support/documented-apis.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'
import { inParallel } from '../support/run-steps.ts'
import { parseAnswers, type WireAnswer } from '../support/wire.ts'

interface Provoked {
  readonly entry: CodeEntry
  readonly cause: string
  readonly answers: readonly WireAnswer[]
  readonly output: string
}

/** One that reads forms and one that reads JSON; the commands of the others are made of the same. */
const names = ['stripe', 'field-errors'] as const
const provoked = new Map<string, readonly Provoked[]>()
let sandbox: LiveSandbox

beforeAll(async () => {
  sandbox = await openSandbox()
  await Promise.all(names.map(async (name) => provoked.set(name, await provokeAll(name))))
}, 120_000)

afterAll(() => sandbox?.close())

/** Runs every command of a reference in a shell; those that turn the whole system off, alone. */
async function provokeAll(name: (typeof names)[number]): Promise<readonly Provoked[]> {
  const [, system] = documentedApis.find(([documented]) => documented.name === name) ?? []
  if (system === undefined) throw new Error(`no ${name}`)
  const { codes } = createReference(system.api, { baseUrl: sandbox.url, triggers: system.triggers })
  const tasks = codes.flatMap((entry) =>
    entry.provoke.map(({ cause = '', curl }) => {
      return { code: entry.code, run: async () => ({ entry, cause, ...(await runShell(curl)) }) }
    }),
  )
  const alone = tasks.filter(({ code }) => code === 'maintenance').map(({ run }) => run)
  const together = tasks.filter(({ code }) => code !== 'maintenance').map(({ run }) => run)
  return [...(await inParallel(alone, 1)), ...(await inParallel(together, 4))]
}

async function runShell(command: string): Promise<Pick<Provoked, 'answers' | 'output'>> {
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { encoding: 'buffer', maxBuffer: 1_000_000 })
  const isParallel = command.includes('&\n')
  return { output: stdout.toString(), answers: isParallel ? [] : parseAnswers(stdout) }
}

function answerOf({ entry, answers }: Provoked): WireAnswer | undefined {
  return answers.find(({ status, headers }) => status === entry.status && headers['error-code'] === entry.code)
}

describe.each(names)('%s', (name) => {
  const all = () => provoked.get(name) ?? []

  test('every command of its reference provokes the code it stands under', () => {
    expect(all().length).toBeGreaterThan(40)
    const missed = all().filter((one) => {
      if (one.answers.length > 0) return answerOf(one) === undefined
      return (
        !one.output.includes(`HTTP/1.1 ${one.entry.status}`) || !one.output.includes(`error-code: ${one.entry.code}`)
      )
    })
    expect(missed.map(({ entry, cause, output }) => `${entry.code} (${cause}): ${output}`)).toEqual([])
  })

  test('every example has the members and the headers of a real answer, and the values that never vary', () => {
    const different = all().flatMap((one) => {
      const answer = answerOf(one)
      if (answer === undefined) return []
      const { example, code } = one.entry
      const problems = shapeProblems(example.body, JSON.parse(answer.body), 'body')
      for (const [header, value] of example.headers) {
        const sent = answer.headers[header]?.replaceAll(`http://localhost:${sandbox.port}`, origin)
        const varies = /^(retry-after|ratelimit|ratelimit-policy|request-id|accept|allow)$/.test(header)
        const isOther = header === 'accept' && answer.headers['accept-encoding'] !== undefined
        if (!isOther && (sent === undefined || (!varies && sent !== value)))
          problems.push(`${header}: ${sent}, not ${value}`)
      }
      return problems.map((problem) => `${code}: ${problem}`)
    })
    expect(different).toEqual([])
  })
})

/** Members of an example that a real body lacks or has otherwise; texts for people may differ. */
function shapeProblems(example: unknown, real: unknown, where: string): string[] {
  if (typeof example !== 'object' || example === null) {
    return typeof example === typeof real ? [] : [`${where} is ${JSON.stringify(real)}, not ${JSON.stringify(example)}`]
  }
  if (where.endsWith('.errors')) return typeof real === 'object' ? [] : [`${where} is missing`]
  return Object.entries(example).flatMap(([key, value]) => {
    const sent = (real as Record<string, unknown> | undefined)?.[key]
    const fixed = ['type', 'code'].includes(key) && sent !== value ? [`${where}.${key} is ${sent}, not ${value}`] : []
    return [...fixed, ...shapeProblems(value, sent, `${where}.${key}`)]
  })
}

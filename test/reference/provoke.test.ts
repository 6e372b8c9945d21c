import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type CodeEntry, createReference } from 'culpa/reference'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { referenceOptions } from '../../examples/sandbox/reference-pages.ts'
import { documentedApis, origin } from '../support/documented-apis.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'
import { toRecorded } from '../support/recorded.ts'
import { inParallel } from '../support/run-steps.ts'
import { parseAnswers, type WireAnswer } from '../support/wire.ts'

interface Provoked {
  readonly entry: CodeEntry
  readonly cause: string
  readonly curl: string
  readonly answers: readonly WireAnswer[]
  readonly output: string
}

const names = documentedApis.map(([{ name }]) => name)
const provoked = new Map<string, readonly Provoked[]>()
let sandbox: LiveSandbox

beforeAll(async () => {
  sandbox = await openSandbox()
  await Promise.all(names.map(async (name) => provoked.set(name, await provokeAll(name))))
}, 120_000)

afterAll(() => sandbox?.close())

/** Runs every command of a reference in a shell; those that turn the whole system off, alone. */
async function provokeAll(name: string): Promise<readonly Provoked[]> {
  const [, system] = documentedApis.find(([documented]) => documented.name === name) ?? []
  if (system === undefined) throw new Error(`no ${name}`)
  const { codes } = createReference(system.api, { ...referenceOptions(system, origin), baseUrl: sandbox.url })
  const tasks = codes.flatMap((entry) =>
    entry.provoke.map(({ cause = '', curl }) => {
      return { code: entry.code, run: async () => ({ entry, cause, curl, ...(await runShell(curl)) }) }
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

  test('every example is what the command prints, to the byte', () => {
    const compared = all().filter((one) => one.curl === one.entry.provoke[0]?.curl && one.answers.length > 0)
    expect(compared.length).toBeGreaterThan(30)
    for (const one of compared) {
      const { status, reason, headers, text } = one.entry.example
      const answer = answerOf(one)
      const came = answer && toRecorded(answer, sandbox.port)
      expect(came, one.entry.code).toEqual({ status, reason, headers, body: text })
    }
  })
})

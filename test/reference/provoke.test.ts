import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { CodeEntry, Reference } from 'culpa/reference'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { standIn } from '../../examples/sandbox/stand-ins.ts'
import { documentedSystems } from '../support/documented.ts'
import { textOf } from '../support/html-tables.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'
import { toRecorded } from '../support/recorded.ts'
import { inParallel } from '../support/run-steps.ts'
import { parseAnswers, type WireAnswer } from '../support/wire.ts'

/** A page as it is served. */
interface ServedPage {
  readonly entry: CodeEntry
  /** What stands on it for a shell, as a reader copies it. */
  readonly commands: readonly string[]
  /** The text of its code blocks, as a browser shows it. */
  readonly blocks: readonly string[]
}

interface Provoked {
  readonly page: ServedPage
  readonly command: string
  readonly answers: readonly WireAnswer[]
  readonly output: string
}

/** The sandbox's own operations have a reference too. */
const names = [...documentedSystems.map(({ name }) => name), 'sandbox']
const pages = new Map<string, readonly ServedPage[]>()
const provoked = new Map<string, readonly Provoked[]>()
let sandbox: LiveSandbox

beforeAll(async () => {
  sandbox = await openSandbox()
  await Promise.all(
    names.map(async (name) => {
      pages.set(name, await pagesOf(name))
      provoked.set(name, await provokeAll(name))
    }),
  )
}, 120_000)

afterAll(() => sandbox?.close())

async function pagesOf(name: string): Promise<readonly ServedPage[]> {
  const text = async (path: string) => (await fetch(`${sandbox.url}/${name}/errors${path}`)).text()
  const { codes } = JSON.parse(await text('/all-codes.json')) as Reference
  const read = codes.map((entry) => async () => {
    const [markdown, html] = await Promise.all([text(`/${entry.code}.md`), text(`/${entry.code}`)])
    return {
      entry,
      commands: [...markdown.matchAll(/^```sh\n(.*?)\n```$/gms)].map(([, command = '']) => command),
      blocks: [...html.matchAll(/<pre[^>]*>(.*?)<\/pre>/gs)].map(([, block = '']) => textOf(block)),
    }
  })
  return inParallel(read, 4)
}

/** Runs every command of every page in a shell; those that turn the whole system off, alone. */
async function provokeAll(name: string): Promise<readonly Provoked[]> {
  const tasks = (pages.get(name) ?? []).flatMap((page) =>
    page.commands.map((command) => {
      return { code: page.entry.code, run: async () => ({ page, command, ...(await runShell(command)) }) }
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

function answerOf({ page: { entry }, answers }: Provoked): WireAnswer | undefined {
  return answers.find(({ status, headers }) => status === entry.status && headers['error-code'] === entry.code)
}

describe.each(names)('%s', (name) => {
  const all = () => provoked.get(name) ?? []

  test('every page has the commands of its code, in HTML as in Markdown', () => {
    for (const { entry, commands, blocks } of pages.get(name) ?? []) {
      expect(commands, entry.code).toEqual(entry.provoke.map(({ curl }) => curl))
      expect(blocks, entry.code).toEqual(expect.arrayContaining([...commands]))
    }
  })

  test('every command of its reference provokes the code it stands under', () => {
    expect(all().length).toBeGreaterThan(name === 'sandbox' ? 5 : 40)
    const missed = all().filter((one) => {
      const { entry } = one.page
      if (one.answers.length > 0) return answerOf(one) === undefined
      return !one.output.includes(`HTTP/1.1 ${entry.status}`) || !one.output.includes(`error-code: ${entry.code}`)
    })
    expect(missed.map(({ page, command, output }) => `${page.entry.code} (${command}): ${output}`)).toEqual([])
  })

  test('every example is what the first command prints, to the byte', () => {
    const compared = all().filter((one) => one.command === one.page.commands[0] && one.answers.length > 0)
    expect(compared.length).toBeGreaterThan(name === 'sandbox' ? 5 : 30)
    for (const one of compared) {
      const { code, example } = one.page.entry
      const { status, reason, headers, text } = example
      const shown = standIn({ status, reason, headers, body: text }, `http://localhost:${sandbox.port}`)
      const answer = answerOf(one)
      expect(answer && toRecorded(answer, sandbox.port), code).toEqual(shown)
    }
  })
})

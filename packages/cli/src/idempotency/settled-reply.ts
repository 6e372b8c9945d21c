import { readFileSync } from 'node:fs'
import type { RecordedReply } from 'culpa'
import type { CommandInput, CommandOption } from '../command.ts'
import { UsageError } from '../usage-error.ts'

/** What the retries of a settled request get. */
export const replyOptions: Readonly<Record<string, CommandOption>> = {
  status: { type: 'string', value: 'N', help: 'with --done: status of the answer; default: 200' },
  body: { type: 'string', value: 'TEXT', help: 'with --done: body of the answer; default: none' },
  'body-file': { type: 'string', value: 'FILE', help: 'instead: a file with the body' },
  'content-type': { type: 'string', value: 'TYPE', help: 'type of the body; default: application/json' },
}

/**
 * The answer that the options describe; `undefined` with `--no-effect`.
 * @throws {UsageError} for a status that is none, two bodies, JSON that is none, an answer beside `--no-effect`
 */
export function replyOf(input: CommandInput): RecordedReply | undefined {
  if (input.flag('no-effect')) {
    const extra = Object.keys(replyOptions).find((name) => input.text(name) !== undefined)
    if (extra === undefined) return undefined
    throw new UsageError(`--${extra} is for --done: without an effect there is no answer. Remedy: leave it out.`)
  }
  const status = statusOf(input.text('status') ?? '200')
  const text = bodyOf(input)
  if (text === undefined) return { status, headers: [], body: new Uint8Array(0) }
  if (status === 204)
    throw new UsageError('an answer with status 204 has no body. Remedy: another --status, or no body.')
  const type = input.text('content-type') ?? 'application/json'
  if (type === 'application/json') requireJson(text)
  return { status, headers: [['content-type', type]], body: new TextEncoder().encode(text) }
}

function statusOf(text: string): number {
  if (/^[24]\d\d$/.test(text)) return Number(text)
  throw new UsageError(
    `--status: ${JSON.stringify(text)} is no final status. Remedy: 200 to 299, or 400 to 499 where it was refused.`,
  )
}

function bodyOf(input: CommandInput): string | undefined {
  const text = input.text('body')
  const file = input.text('body-file')
  if (text !== undefined && file !== undefined) throw new UsageError('two bodies. Remedy: --body or --body-file.')
  if (file === undefined) return text
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`${file} cannot be read. Remedy: a file with the body of the answer.`, { cause })
  }
}

function requireJson(text: string): void {
  try {
    JSON.parse(text)
  } catch (cause) {
    throw new UsageError('the body is no JSON. Remedy: mend it, or name its --content-type.', { cause })
  }
}

import { readFileSync } from 'node:fs'
import type { RecordedAnswer } from 'culpa/reference'
import { recordedOrigin, withLength } from './stand-ins.ts'

/** Answers by system and code, as `npm run record` writes them. */
export type RecordedAnswers = Readonly<Record<string, Readonly<Record<string, RecordedAnswer>>>>

export const answersFile = new URL('answers.json', import.meta.url)

let recorded: RecordedAnswers | undefined

/** What a system answered to the first trigger of each code, with the links of a sandbox at this origin. */
export function recordedAnswers(system: string, origin: string): Readonly<Record<string, RecordedAnswer>> {
  recorded ??= JSON.parse(readFileSync(answersFile, 'utf8')) as RecordedAnswers
  return Object.fromEntries(Object.entries(recorded[system] ?? {}).map(([code, one]) => [code, movedTo(origin, one)]))
}

function movedTo(origin: string, answer: RecordedAnswer): RecordedAnswer {
  const move = (text: string) => text.replaceAll(recordedOrigin, origin)
  return withLength({
    ...answer,
    headers: answer.headers.map(([name, value]) => [name, move(value)] as const),
    body: move(answer.body),
  })
}

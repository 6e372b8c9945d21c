import type { DecodedError, DecodedProblem } from './format.ts'
import type { Loose } from './tame.ts'

/** Fields of which some may not have been there. */
type Found<T> = { readonly [Key in keyof T]?: T[Key] | undefined }
export type FoundProblem = Found<DecodedProblem>

type About = Found<Pick<DecodedError, 'status' | 'docUrl' | 'retryAfterSeconds'>>

/** The result of a decoder, where a body tells one problem. Fields that were not there are dropped. */
export function decoded(whole: FoundProblem, about: About = {}): DecodedError {
  const own: DecodedProblem = present(whole)
  return { ...own, ...present(about), problems: [own].filter(hasMembers) }
}

/** The result where it lists several, the first of which tells the whole. Those that tell nothing are dropped. */
export function decodedList(parts: readonly FoundProblem[], about: About = {}): DecodedError {
  const problems: readonly DecodedProblem[] = parts.map(present).filter(hasMembers)
  return { ...problems[0], ...present(about), problems }
}

/** The result where it tells a whole and parts of it. A part without a type has that of the whole. */
export function decodedParts(whole: FoundProblem, parts: readonly FoundProblem[], about?: About): DecodedError {
  const one = decoded(whole, about)
  const problems = decodedList(parts).problems.map((part) => present({ type: one.type, ...part }))
  return problems[0] ? { ...one, problems } : one
}

function present(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function hasMembers(value: object): boolean {
  return Object.keys(value).length > 0
}

/** Where the members are called as ours are, or where all is one text. */
export function readProblem(value: Loose): FoundProblem {
  return {
    code: text(value?.code),
    type: text(value?.type),
    message: text(value?.message) ?? text(value),
    param: text(value?.param),
  }
}

/** Members of a record as details, without the names given; nothing where none is left. */
export function readDetails(value: Loose, known: readonly string[] = []): DecodedProblem['details'] {
  const rest = Object.fromEntries(recordOf(value).filter(([key]) => !known.includes(key)))
  return hasMembers(rest) ? rest : undefined
}

/** Messages by field, `{email: ['…'], name: '…'}`, as one problem a message. */
export function readFieldErrors(value: Loose): readonly FoundProblem[] {
  return recordOf(value).flatMap(([param, messages]) =>
    [messages]
      .flat()
      .map((item) => ({ param, message: text(item) ?? text(item?.message) }))
      .filter(({ message }) => message !== undefined),
  )
}

export function isRecord(value: Loose): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function recordOf(value: Loose): readonly [key: string, value: Loose][] {
  return isRecord(value) ? Object.entries(value as object) : []
}

export function items(value: Loose): readonly Loose[] {
  return Array.isArray(value) ? value : []
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function hasText(value: Loose, ...keys: readonly string[]): boolean {
  return keys.some((key) => text(value?.[key]) !== undefined)
}

/** An HTTP status, as number or as digits. */
export function httpStatus(value: unknown): number | undefined {
  return typeof value !== 'object' && /^[1-5]\d\d$/.test(String(value)) ? Number(value) : undefined
}

export function seconds(value: unknown): number | undefined {
  return Number.isFinite(value) && (value as number) >= 0 ? (value as number) : undefined
}

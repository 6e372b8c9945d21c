import type { DecodedError, DecodedProblem } from './format.ts'
import type { Loose } from './tame.ts'

/** Fields of which some may not have been there. */
type Found<T> = { readonly [Key in keyof T]?: T[Key] | undefined }
export type FoundProblem = Found<DecodedProblem>

/**
 * The result of a decoder. Parts that tell nothing are dropped; without any, the whole is its only part. A part without
 * a type has that of the whole.
 * @param whole of a list, nothing: its first part tells it
 */
export function decoded(
  whole: FoundProblem | undefined,
  parts: readonly FoundProblem[] = [],
  about: Found<Pick<DecodedError, 'status' | 'docUrl' | 'retryAfterSeconds'>> = {},
): DecodedError {
  const own: DecodedProblem = present(whole ?? {})
  const list: readonly DecodedProblem[] = parts.map(present).filter(hasMembers)
  const problems = list[0] ? list.map((part) => present({ type: own.type, ...part })) : [own].filter(hasMembers)
  return { ...(whole ? own : list[0]), ...present(about), problems }
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

/** An HTTP status, as number or as digits. */
export function httpStatus(value: unknown): number | undefined {
  return typeof value !== 'object' && /^[1-5]\d\d$/.test(String(value)) ? Number(value) : undefined
}

export function seconds(value: unknown): number | undefined {
  return Number.isFinite(value) && (value as number) >= 0 ? (value as number) : undefined
}

import type { DecodedError, DecodedProblem, JsonValue, WireError, WireProblem } from './format.ts'

type Present<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** The fields without those that are undefined. */
export function present<T extends object>(fields: T): Present<T> {
  // The compiler cannot follow a filter over keys.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>
}

/** Details as they go out: undefined values dropped, nothing where none is left. */
export function detailsOf(
  details: WireProblem['details'],
  keep: (key: string, value: unknown) => boolean = () => true,
): Readonly<Record<string, JsonValue>> | undefined {
  const kept = Object.entries(details ?? {}).filter(([key, value]) => value !== undefined && keep(key, value))
  // Whoever serialises the body answers for values that are not JSON; here they must not get lost.
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as Record<string, JsonValue>)
}

/** The problems to list: the error itself where it has no parts. */
export function problemsOf(error: WireError): readonly WireProblem[] {
  return error.problems.length === 0 ? [error] : error.problems
}

/** The text of a whole failure, for formats with one message: of a validation error it names every violation. */
export function wholeMessage(error: WireError): string {
  return error.validation ? describe(error.message, error.problems) : error.message
}

/** `The body is invalid. email: Is not an address; items.0.qty: Is too small.` */
export function describe(message: string, problems: readonly WireProblem[]): string {
  const list = problems.map((problem) => `${problem.param ? `${problem.param}: ` : ''}${unstopped(problem.message)}`)
  if (list.length === 0) return message
  const joined = list.join('; ')
  const sentence = /[.!?]$/.test(joined) ? joined : `${joined}.`
  const isSaid = message === '' || problems.some((problem) => problem.message === message)
  if (isSaid) return sentence
  return /[.!?:]$/.test(message) ? `${message} ${sentence}` : `${message}: ${sentence}`
}

function unstopped(sentence: string): string {
  return sentence.endsWith('.') ? sentence.slice(0, -1) : sentence
}

/** Whole seconds to wait; nothing for a value that is no waiting time. */
export function retryAfterOf({ retryAfterSeconds }: WireError): number | undefined {
  return seconds(retryAfterSeconds === undefined ? undefined : Math.ceil(retryAfterSeconds))
}

/** The own member of an object. Never throws, whatever getters or proxies do. */
export function read(value: unknown, key: string): unknown {
  try {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    return (value as Readonly<Record<string, unknown>>)[key]
  } catch {
    return undefined
  }
}

/** Own members of an object or array. By its keys, so a sparse array or a proxy with a huge length costs nothing. */
export function entriesOf(value: unknown): readonly (readonly [key: string, value: unknown])[] {
  try {
    if (typeof value !== 'object' || value === null) return []
    return Object.keys(value).map((key) => [key, read(value, key)])
  } catch {
    return []
  }
}

export function isArray(value: unknown): boolean {
  try {
    return Array.isArray(value)
  } catch {
    return false
  }
}

export function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !isArray(value)
}

export function itemsOf(value: unknown): readonly unknown[] {
  return isArray(value) ? entriesOf(value).map(([, item]) => item) : []
}

/** Members of a record as details, without the names given; nothing where none is left. */
export function readDetails(value: unknown, known: readonly string[] = []): DecodedProblem['details'] {
  if (!isRecord(value)) return undefined
  const rest = entriesOf(value).filter(([key, member]) => member !== undefined && !known.includes(key))
  return rest.length === 0 ? undefined : Object.fromEntries(rest)
}

/** Messages by field, `{email: ['…'], name: '…'}`, as one problem a message. */
export function readFieldErrors(value: unknown): readonly DecodedProblem[] {
  if (!isRecord(value)) return []
  return entriesOf(value).flatMap(([param, messages]) =>
    (isArray(messages) ? itemsOf(messages) : [messages]).flatMap((item) => {
      const message = text(item) ?? text(read(item, 'message'))
      return message === undefined ? [] : [{ param, message }]
    }),
  )
}

/** A problem, as the only part of itself; no part where it tells nothing. */
export function alone(problem: DecodedProblem): readonly DecodedProblem[] {
  return Object.keys(problem).length === 0 ? [] : [problem]
}

/** A list of problems, told by its first. */
export function decodedList(
  problems: readonly DecodedProblem[],
  whole: Omit<DecodedError, 'problems'> = {},
): DecodedError {
  return { ...problems[0], ...whole, problems }
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** An HTTP status, as number or as digits. */
export function httpStatus(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined
}

export function seconds(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
}

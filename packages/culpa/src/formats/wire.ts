import { seconds } from './decoded.ts'
import type { JsonValue, WireError, WireProblem } from './format.ts'

type Present<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** The fields without those that are undefined; names of our own, never `__proto__`. */
export function present<T extends object>(fields: T): Present<T> {
  const kept: Partial<T> = {}
  for (const name of Object.keys(fields) as (keyof T)[]) if (fields[name] !== undefined) kept[name] = fields[name]
  // The compiler cannot follow which keys are left.
  return kept as unknown as Present<T>
}

/** Details as they go out: undefined values dropped, nothing where none is left. */
export function detailsOf(
  details: WireProblem['details'],
  keep: (key: string, value: unknown) => boolean = () => true,
): Readonly<Record<string, JsonValue>> | undefined {
  if (details === undefined) return undefined
  const kept = Object.entries(details).filter(([key, value]) => value !== undefined && keep(key, value))
  // Whoever serialises the body answers for values that are not JSON; here they must not get lost.
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as Record<string, JsonValue>)
}

/** The problems to list: the error itself where it has no parts. */
export function problemsOf(error: WireError): readonly WireProblem[] {
  return error.problems.length === 0 ? [error] : error.problems
}

/** The longest text of a body: readers that set memory aside want to know a bound. */
export const maxTextLength = 100_000

/** The most problems that a body lists. */
export const maxProblems = 1_000

/** The longest name of a parameter: written as a pointer, percent-encoded, it still is a text of a body. */
export const maxParamLength = 1_000

/** A text that there is room for; what is cut off is marked. */
export function clipped(text: string, maxLength = maxTextLength): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`
}

/** The text of a whole failure, for formats with one message: of a validation error it names every violation. */
export function wholeMessage(error: WireError): string {
  return error.validation ? describe(error.message, error.problems) : error.message
}

/** `The body is invalid. email: Is not an address; items.0.qty: Is too small.` */
export function describe(message: string, problems: readonly WireProblem[]): string {
  return clipped(joined(message, problems))
}

function joined(message: string, problems: readonly WireProblem[]): string {
  const list = problems.map((problem) => `${problem.param ? `${problem.param}: ` : ''}${unstopped(problem.message)}`)
  if (list.length === 0) return message
  const whole = list.join('; ')
  const sentence = /[.!?]$/.test(whole) ? whole : `${whole}.`
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

import type { ApiError, Violation } from '../contract/api-error.ts'
import { settledReply } from './check-writable.ts'
import type { Reply } from './reply.ts'

/** Answers to refusals of one code: the same mistake is made again and again, and by many. */
export interface RememberedReplies {
  /** The answer to an error that says the same as one before, its headers aside; `write` makes it where there is none. */
  of(error: ApiError, write: () => Reply): Reply
}

/** What an answer may depend on, but for headers. */
type Said = Pick<ApiError, 'param' | 'givenMessage' | 'retryAfterSeconds' | 'violations'>

interface Entry {
  readonly said: Said
  readonly reply: Reply
}

const maxReplies = 100
/** Longer ones are rare, and would take memory. */
const maxViolations = 10
const maxLength = 2000

/**
 * Keeps some hundred short answers, once they come for the second time, then begins anew: whoever makes up another
 * mistake each time has none of them kept, which would cost more than to write it. Not for errors with details or
 * others, nor for violations with a code of their own, which not every operation declares.
 */
export function rememberedReplies(): RememberedReplies {
  const entries = new Map<string, Entry>()
  const recent = new Set<string>()

  function isNew(name: string): boolean {
    if (recent.delete(name)) return false
    if (recent.size >= maxReplies) recent.clear()
    recent.add(name)
    return true
  }

  return {
    of(error, write) {
      const { param, givenMessage, retryAfterSeconds, violations } = error
      // Several may have one name, which is why all is compared.
      const name = `${param} ${retryAfterSeconds} ${violations?.[0]?.message ?? givenMessage}`
      const known = entries.get(name)
      if (known !== undefined && saysTheSame(known.said, error)) return known.reply
      const reply = write()
      if (!isShort(reply, error) || isNew(name)) return reply
      if (entries.size >= maxReplies) entries.clear()
      // A copy: whoever made them may change them.
      const own = violations?.map((one) => ({ ...one }))
      const kept = settledReply(reply)
      entries.set(name, { said: { param, givenMessage, retryAfterSeconds, violations: own }, reply: kept })
      return kept
    },
  }
}

/** What was said may be longer than its answer, which cuts it off or leaves it out. */
function isShort({ body }: Reply, { param, givenMessage, violations = none }: Said): boolean {
  return (
    typeof body === 'string' &&
    body.length <= maxLength &&
    lengthOf(param, givenMessage) <= maxLength &&
    violations.length <= maxViolations &&
    violations.every((one) => one.code === undefined && lengthOf(one.param, one.message) <= maxLength)
  )
}

/** A guard in JavaScript may leave either out. */
function lengthOf(param = '', message = ''): number {
  return param.length + message.length
}

const none: readonly Violation[] = []

function saysTheSame(one: Said, other: Said): boolean {
  return (
    one.param === other.param &&
    one.givenMessage === other.givenMessage &&
    one.retryAfterSeconds === other.retryAfterSeconds &&
    (one.violations === undefined) === (other.violations === undefined) &&
    areSame(one.violations ?? none, other.violations ?? none)
  )
}

function areSame(some: readonly Violation[], others: readonly Violation[]): boolean {
  if (some.length !== others.length) return false
  for (let index = 0; index < some.length; index++) {
    const { param, message } = some[index] as Violation
    const other = others[index] as Violation
    if (param !== other.param || message !== other.message || other.code !== undefined) return false
  }
  return true
}

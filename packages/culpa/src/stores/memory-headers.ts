import type { RecordedReply } from '../server/stores.ts'

type Headers = RecordedReply['headers']

/** Keeps once what thousands of replies have in common: their headers. */
export interface MemoryHeaders {
  /** The number of a set that comes often; of any other its text, to keep and to read back. */
  note(headers: Headers): number | string
  /** A copy that its receiver may change. */
  read(noted: number | string): Headers
}

/** A number is for good; a set that never came before within so many others gets none. */
const maxNumbered = 1000
const maxRecent = 256
const maxTextLength = 1024

/**
 * Numbers sets from 1 on, once they come for the second time: those with a location or an entity tag of their own
 * leave room for others.
 */
export function memoryHeaders(): MemoryHeaders {
  const numbered: Headers[] = []
  const numbers = new Map<string, number>()
  const recent = new Set<string>()
  let lastNumber = 0

  function learn(text: string, headers: Headers): number {
    if (numbered.length >= maxNumbered || text.length > maxTextLength) return 0
    if (!recent.delete(text)) {
      if (recent.size >= maxRecent) recent.clear()
      recent.add(text)
      return 0
    }
    numbers.set(text, numbered.push(copyHeaders(headers)))
    return numbered.length
  }

  return {
    note(headers) {
      const last = numbered[lastNumber - 1]
      if (last !== undefined && isSame(headers, last)) return lastNumber
      const text = JSON.stringify(headers)
      const number = numbers.get(text) ?? learn(text, headers)
      if (number === 0) return text
      lastNumber = number
      return number
    },
    read(noted) {
      return typeof noted === 'string' ? (JSON.parse(noted) as Headers) : copyHeaders(numbered[noted - 1] as Headers)
    },
  }
}

function isSame(one: Headers, other: Headers): boolean {
  if (one.length !== other.length) return false
  for (let index = 0; index < one.length; index += 1) {
    const [name, value] = one[index] as Headers[number]
    const pair = other[index] as Headers[number]
    if (name !== pair[0] || value !== pair[1]) return false
  }
  return true
}

export function copyHeaders(headers: Headers): Headers {
  return headers.map(([name, value]) => [name, value] as const)
}

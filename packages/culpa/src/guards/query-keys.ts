import { keyForms, parseKey } from './key-format.ts'

/** Names under which clients send keys in a query, by mistake or by habit. */
const keyName = /^(?:(?:x[_-])?api[_-]?key|key|access[_-]?token|token|authorization|auth|secret)(?:\[\d*\])?$/i

/** Secret and checksum of the keys that culpa issues; other text may follow them. */
const issuedTail = 50

/**
 * True when a query holds an API key: a whole one anywhere, in a name or a value, or under a name for keys whatever has
 * the form of one. Takes time in proportion to the length.
 * @example
 * holdsKey('q=Bearer+sk_test_4eC39HqLyjWDarjtT1zdp7dc…') // true
 */
export function holdsKey(search: string): boolean {
  const decoded = search.split('&').map(decode)
  return decoded.some((pair) => {
    const mark = pair.indexOf('=')
    const named = mark !== -1 && keyName.test(pair.slice(0, mark).trim())
    return keyForms(pair).some((form) => named || isKey(form))
  })
}

/** Keys are ASCII: bytes that are no UTF-8 become some other character, and hide nothing. */
function decode(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function isKey(form: string): boolean {
  return parseKey(form) !== undefined || parseKey(form.slice(0, form.lastIndexOf('_') + 1 + issuedTail)) !== undefined
}

import { redactNamed } from './describe-cause.ts'

/** What stands where something was struck out. */
export const redacted = '[redacted]'

/** In names without case, `_`, `-` and brackets. */
const secretPart =
  /password|passwd|passphrase|secret|token|apikey|accesskey|privatekey|authorization|cookie|credential|cardnumber|accountnumber|securitycode|signature|sessionid|sessid/
const secretWhole = new Set([
  'pwd',
  'pan',
  'pin',
  'cvc',
  'cvv',
  'cvn',
  'ssn',
  'iban',
  'otp',
  'session',
  'sid',
  'auth',
  'xauth',
])

/** True for a field, parameter or header whose value is nobody's business: `api_key`, `card[cvc]`, `X-Auth-Token`. */
export function isSecretName(name: string): boolean {
  const last = /(?:^|[[.])([^[\].]*)\]?(?:\[\])?$/.exec(name)?.[1] ?? name
  return isSecretWord(last) || (last !== name && secretPart.test(plain(name)))
}

function isSecretWord(word: string): boolean {
  const name = plain(word)
  return secretWhole.has(name) || secretPart.test(name)
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** As long as no id of a resource is. */
const keyTail = 28
const keyLike = /([0-9A-Za-z])(_|%5F)([0-9A-Za-z]{4})([0-9A-Za-z%]{12,})/gi
const digits = /(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d.])/g

/** In the query of an address that stands in the text. */
const parameter = /(?<=[?&])([^?&=#\s"<>]{1,64})=[^?&#\s"<>]+/g

function plainly(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** Finds in one go that there is nothing to look for, as in most texts. */
const suspicious = /[0-9A-Za-z]{16}|\d(?:[ -]?\d){12}|[@?&]|bearer|basic|eyJ|pass|pwd|secret|token|authorization|key/i

/**
 * Strikes out of a text what looks like a credential or a card number, and leaves ids of resources alone: they have one
 * underscore and are short, keys have two or are long. Takes time in proportion to the length.
 */
export function redactValue(text: string): string {
  if (!suspicious.test(text)) return text
  const withoutKeys = text.replace(keyLike, (all, last, sign, head, tail: string, at: number) =>
    tail.length >= keyTail || hasPrefix(text, at) ? `${last}${sign}${head}${redacted}` : all,
  )
  const withoutParameters = withoutKeys.replace(parameter, (all, name: string) =>
    isSecretName(plainly(name)) ? all.slice(0, all.indexOf('=') + 1) + redacted : all,
  )
  return redactNamed(withoutParameters).replace(digits, (number) => (isCardNumber(number) ? redacted : number))
}

/** True where a prefix stands before the word that ends at `at`, as `sk_` before `test`. */
function hasPrefix(text: string, at: number): boolean {
  return /[0-9A-Za-z](?:_|%5F)[0-9A-Za-z]*$/i.test(text.slice(Math.max(0, at - 24), at + 1))
}

/** By its check digit (ISO/IEC 7812-1). */
function isCardNumber(text: string): boolean {
  let sum = 0
  let double = false
  for (let index = text.length - 1; index >= 0; index--) {
    const digit = text.charCodeAt(index) - 48
    if (digit < 0 || digit > 9) continue
    sum += double ? digit * 2 - (digit > 4 ? 9 : 0) : digit
    double = !double
  }
  return sum % 10 === 0
}

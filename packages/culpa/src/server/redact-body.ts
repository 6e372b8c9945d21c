import { redactText } from './redact-text.ts'
import { isSecretName, redacted, redactValue } from './redact-value.ts'

/** Anything that a body without it needs no second look for. */
const suspicious =
  /pass|pwd|secret|token|key|auth|cookie|credential|number|code|signature|pan|pin|cv[cvn]|ssn|iban|otp|sess|sid|bearer|basic|eyJ|\\u|%|@|[0-9A-Za-z]{28}|_[0-9A-Za-z]{16}|\d(?:[ -]?\d){12}/i

const maxDepth = 64

/**
 * A body without credentials: fields by their names and by `sensitive` (paths such as `card.number`; places in lists are
 * left out), texts by what they look like. What need not change is given back as it was, byte by byte. `undefined` for
 * a body that cannot be read although it may hold a sensitive field.
 */
export function redactBody(text: string, contentType: string, sensitive: readonly string[]): string | undefined {
  if (sensitive.length === 0 && !suspicious.test(text)) return text
  const paths = sensitive.map((path) => path.split('.').filter((one) => !/^\d+$/.test(one)))
  if (/x-www-form-urlencoded/i.test(contentType)) return redactForm(text, paths)
  if (mayBeJson(text) || /json/i.test(contentType)) {
    const redactedJson = redactJson(text, paths)
    if (redactedJson !== undefined) return redactedJson
  }
  if (sensitive.length > 0) return undefined
  const boundary = /^multipart\/.*;\s*boundary="?([^";]+)/i.exec(contentType)?.[1]
  return boundary === undefined ? redactText(text) : redactParts(text, `--${boundary}`)
}

function mayBeJson(text: string): boolean {
  return /^[\s\ufeff]*[{["]/.test(text)
}

/** A body of several parts (RFC 7578), each a field with its name in a header. */
function redactParts(text: string, delimiter: string): string | undefined {
  const parts = text.split(delimiter).map(redactPart)
  return parts.includes(undefined) ? undefined : parts.join(delimiter)
}

function redactPart(part: string): string | undefined {
  const [head = '', blank = '', content = ''] = part.split(/(\r?\n\r?\n)([\s\S]*)/)
  const name = /[;\s]name="?([^";\r\n]*)/i.exec(head)?.[1] ?? ''
  const clean = isSecretName(decoded(name)) && content !== '' ? `${redacted}\r\n` : redactBody(content, '', [])
  return clean === undefined ? undefined : redactValue(head) + blank + clean
}

/** A query or a form, its names and escapes as they were. */
export function redactForm(text: string, paths: readonly (readonly string[])[] = []): string {
  return text
    .split('&')
    .map((pair) => {
      const end = pair.indexOf('=')
      if (end === -1) return redactEncoded(pair)
      const [name, value] = [pair.slice(0, end), pair.slice(end + 1)]
      const plainName = decoded(name)
      const path = plainName.split(/[[\].]+/).filter((one) => one !== '' && !/^\d+$/.test(one))
      const hide = value !== '' && (isSecretName(plainName) || covers(paths, path))
      return `${redactEncoded(name)}=${hide ? redacted : redactEncoded(value)}`
    })
    .join('&')
}

/** Text that may be percent-encoded: decoded where something in it had to be struck out. */
export function redactEncoded(text: string): string {
  const plain = decoded(text)
  const clean = redactPlain(plain)
  return clean === plain ? redactValue(text) : clean
}

/** A text inside of something else, which may be JSON of its own. */
function redactPlain(text: string): string {
  const clean = /^\s*[{[]/.test(text) ? redactJson(text, []) : undefined
  return clean ?? redactValue(text)
}

/** Texts are encoded more than once where one address stands in another. */
const maxDecodings = 3

function decoded(text: string): string {
  let plain = text.replaceAll('+', ' ')
  for (let round = 0; round < maxDecodings && plain.includes('%'); round++) {
    try {
      plain = decodeURIComponent(plain)
    } catch {
      return plain
    }
  }
  return plain
}

function covers(paths: readonly (readonly string[])[], path: readonly string[]): boolean {
  return paths.some((one) => one.every((name, index) => path[index] === name))
}

function redactJson(text: string, paths: readonly (readonly string[])[]): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return undefined
  }
  let changed = false
  let names = 0
  const hide = () => {
    changed = true
    return redacted
  }
  function walk(one: unknown, path: readonly string[], depth: number): unknown {
    if (typeof one === 'string') {
      const clean = redactPlain(one)
      changed ||= clean !== one
      return clean
    }
    if (typeof one === 'number') return redactValue(String(one)) === String(one) ? one : hide()
    if (typeof one !== 'object' || one === null) return one
    if (depth > maxDepth) return hide()
    if (Array.isArray(one)) return one.map((item) => walk(item, path, depth + 1))
    return Object.fromEntries(
      Object.entries(one).map(([name, item]) => [redactName(name), field(name, item, path, depth)]),
    )
  }
  function field(name: string, item: unknown, path: readonly string[], depth: number): unknown {
    names++
    const below = [...path, name]
    const isSecret = item !== null && item !== '' && (isSecretName(name) || covers(paths, below))
    return isSecret ? hide() : walk(item, below, depth + 1)
  }
  function redactName(name: string): string {
    const clean = redactValue(name)
    changed ||= clean !== name
    return clean
  }
  const clean = walk(value, [], 0)
  // Of a name that comes twice only the last value was looked at.
  return changed || names < namesIn(text) ? JSON.stringify(clean) : text
}

function namesIn(json: string): number {
  let names = 0
  for (const [, colon] of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)) if (colon !== undefined) names++
  return names
}

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
  const first = text.trimStart()[0]
  if (first === '{' || first === '[' || first === '"' || /json/i.test(contentType)) {
    const redactedJson = redactJson(text, paths)
    if (redactedJson !== undefined) return redactedJson
  }
  return sensitive.length > 0 ? undefined : redactValue(text)
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
  const clean = redactValue(plain)
  return clean === plain ? redactValue(text) : clean
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function covers(paths: readonly (readonly string[])[], path: readonly string[]): boolean {
  return paths.some((one) => one.every((name, index) => path[index] === name))
}

function redactJson(text: string, paths: readonly (readonly string[])[]): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  let changed = false
  const hide = () => {
    changed = true
    return redacted
  }
  function walk(one: unknown, path: readonly string[], depth: number): unknown {
    if (typeof one === 'string') {
      const clean = redactValue(one)
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
  return changed ? JSON.stringify(clean) : text
}

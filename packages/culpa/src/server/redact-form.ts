import { covers, type FieldPaths, redactPlain } from './redact-json.ts'
import { redacted, redactValue } from './redact-value.ts'
import { isNamedSecret, isNaming, isSecretName, isValued } from './secret-names.ts'

/** A query or a form without credentials, its names and escapes as they were. */
export function redactForm(text: string, paths: FieldPaths = []): string {
  const pairs = text.split('&').map(toPair)
  const named = new Set(
    pairs.filter(({ field, value }) => isNaming(field) && isNamedSecret(decoded(value))).map(({ around }) => around),
  )
  return pairs
    .map(({ written, name, path, around, field, value }) => {
      if (written === undefined) return redactEncoded(value)
      const isSecret = isSecretName(name) || covers(paths, path) || (named.has(around) && isValued(field))
      return `${redactEncoded(written)}=${isSecret && value !== '' ? redacted : redactEncoded(value)}`
    })
    .join('&')
}

interface Pair {
  /** The name as it was sent; absent where there is no sign. */
  readonly written: string | undefined
  readonly name: string
  /** Of the field, places in lists left out. */
  readonly path: readonly string[]
  /** What the field stands in, as `items[0]` of `items[0][name]`. */
  readonly around: string
  readonly field: string
  readonly value: string
}

function toPair(text: string): Pair {
  const end = text.indexOf('=')
  if (end === -1) return { written: undefined, name: '', path: [], around: '', field: '', value: text }
  const written = text.slice(0, end)
  const name = decoded(written)
  const parts = name.split(/[[\].]+/).filter((one) => one !== '')
  const path = parts.filter((one) => !/^\d+$/.test(one))
  return {
    written,
    name,
    path,
    around: parts.slice(0, -1).join('.'),
    field: parts.at(-1) ?? '',
    value: text.slice(end + 1),
  }
}

/** Text that may be percent-encoded: decoded where something in it had to be struck out. */
export function redactEncoded(text: string): string {
  const plain = decoded(text)
  const clean = redactPlain(plain)
  return clean === plain ? redactValue(text) : clean
}

/** Texts are encoded more than once where one address stands in another. */
const maxDecodings = 3

/** Without percent-encoding, as far as it can be read. */
export function decoded(text: string): string {
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

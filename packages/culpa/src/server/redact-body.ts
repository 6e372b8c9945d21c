import { decoded, redactForm } from './redact-form.ts'
import { redactJson } from './redact-json.ts'
import { redactText } from './redact-text.ts'
import { redacted, redactValue } from './redact-value.ts'
import { isSecretName } from './secret-names.ts'

/** Anything that a body without it needs no second look for. */
const suspicious =
  /pass|pwd|pw|secret|token|key|auth|cookie|credential|number|code|sig\b|signature|assertion|mnemonic|phrase|pan|pin|csc|cv[cvn]|ssn|iban|otp|jwt|dpop|sess|sid|bearer|basic|eyJ|\\u|%|@|[\uff00-\uffef]|[0-9A-Za-z]{28}|_[0-9A-Za-z]{16}|\d(?:[ -]?\d){12}/i

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
    const clean = redactJson(text, paths) ?? (sensitive.length === 0 ? redactLines(text) : undefined)
    if (clean !== undefined) return clean
  }
  if (sensitive.length > 0) return undefined
  const delimiter = delimiterOf(text, contentType)
  if (delimiter !== undefined) return redactParts(text, delimiter)
  return /\bcsv\b/i.test(contentType) && hasSecretColumn(text) ? undefined : redactText(text)
}

function mayBeJson(text: string): boolean {
  return /^[\s\ufeff]*[{["]/.test(text)
}

/** Documents of JSON, each on a line of its own. */
function redactLines(text: string): string | undefined {
  const lines = text.split('\n')
  if (lines.length === 1) return undefined
  const clean = lines.map((line) => (line.trim() === '' ? line : redactJson(line, [])))
  return clean.includes(undefined) ? undefined : clean.join('\n')
}

/** Of a body of several parts (RFC 7578), also where its header does not say that it is one. */
function delimiterOf(text: string, contentType: string): string | undefined {
  const boundary = /^multipart\/.*;\s*boundary="?([^";]+)/i.exec(contentType)?.[1]
  if (boundary !== undefined) return `--${boundary}`
  return /^(--\S{1,72})\r?\ncontent-disposition:/i.exec(text)?.[1]
}

/** Each part is a field with its name in a header. */
function redactParts(text: string, delimiter: string): string | undefined {
  const parts = text.split(delimiter).map(redactPart)
  return parts.includes(undefined) ? undefined : parts.join(delimiter)
}

function redactPart(part: string): string | undefined {
  const [head = '', blank = '', content = ''] = part.split(/(\r?\n\r?\n)([\s\S]*)/)
  const name = /[;\s]name(?:="?|\*=[\w-]*'[\w-]*')([^";\r\n]*)/i.exec(head)?.[1] ?? ''
  const clean = isSecretName(decoded(name)) && content !== '' ? `${redacted}\r\n` : redactBody(content, '', [])
  return clean === undefined ? undefined : redactValue(head) + blank + clean
}

function hasSecretColumn(text: string): boolean {
  const [head = ''] = text.split('\n', 1)
  return head.split(/[,;\t]/).some((name) => isSecretName(name.replace(/["\r]/g, '').trim()))
}

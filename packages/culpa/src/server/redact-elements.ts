import { redacted } from './redact-value.ts'
import { isSecretName } from './secret-names.ts'

const startTag = /<([\w:.-]{1,64})(?:\s[^<>]{0,1024})?>/g
const name = String.raw`(?:\w{1,32}:)?(?:name|key)`
const named = new RegExp(
  String.raw`<${name}>\s{0,64}([^<>]{1,64}?)\s{0,64}</${name}>\s{0,64}<([\w:.-]{1,64})[^<>]{0,256}>`,
  'gi',
)
const nameAttribute = /\s(?:name|key|id)\s{0,8}=\s{0,8}["']([^"']{1,64})["']/i
const valueAttribute = /(\s(?:value|content)\s{0,8}=\s{0,8})(?:"[^"]*"|'[^']*')/gi

/**
 * XML without credentials: what stands in an element that has a secret name, is given one by an attribute
 * (`<param name="pin" value="…"/>`), or by the element before it (`<name>pin</name><value>…</value>`).
 */
export function redactElements(text: string): string {
  if (!text.includes('<')) return text
  const byTag = redactEach(text, startTag, ({ 0: tag, 1: element = '' }) =>
    isSecretName(element.replace(/^.*:/, '')) || isNamedSecret(tag) ? { head: redactValues(tag), element } : undefined,
  )
  return redactEach(byTag, named, ({ 0: head, 1: field = '', 2: element = '' }) =>
    isSecretName(field) ? { head, element } : undefined,
  )
}

interface Secret {
  /** What stays of the match. */
  readonly head: string
  /** Whose content goes, up to its end, or all there is. */
  readonly element: string
}

/** Goes on behind what was struck out, so that nothing is looked at twice. */
function redactEach(text: string, pattern: RegExp, secretIn: (match: RegExpExecArray) => Secret | undefined): string {
  let clean = ''
  let kept = 0
  for (const match of text.matchAll(pattern)) {
    const secret = match.index < kept ? undefined : secretIn(match)
    if (secret === undefined) continue
    const start = match.index + match[0].length
    clean += text.slice(kept, match.index) + secret.head
    kept = start
    if (match[0].endsWith('/>')) continue
    const end = text.indexOf(`</${secret.element}`, start)
    kept = end === -1 ? text.length : end
    if (kept > start) clean += redacted
  }
  return clean + text.slice(kept)
}

function isNamedSecret(tag: string): boolean {
  const field = nameAttribute.exec(tag)?.[1]
  return field !== undefined && isSecretName(field)
}

function redactValues(tag: string): string {
  return tag.replace(valueAttribute, `$1"${redacted}"`)
}

import { redactElements } from './redact-elements.ts'
import { redacted, redactValue } from './redact-value.ts'
import { isSecretName } from './secret-names.ts'

/** Up to the sign, as in `"card_cvc": `, `pin=`; the quotes may be escaped. */
const named = /(?<![\w.[\]-])([\w.[\]-]{1,64})\\?["']?\s{0,8}[=:]\s{0,8}/g
const value = /"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|[^\s,;&<>}]+/y
/**
 * Text of no known form, such as half a JSON document or XML, without credentials: by names, and by what they look like.
 * `undefined` where something secret has no end that could be seen.
 */
export function redactText(text: string): string | undefined {
  const plain = text.replace(/\\u00([2-7][0-9a-f])/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
  const clean = redactFields(redactElements(plain))
  if (clean === undefined) return undefined
  return clean === plain ? redactValue(text) : redactValue(clean)
}

function redactFields(text: string): string | undefined {
  let clean = ''
  let kept = 0
  for (const { 0: field, 1: name = '', index } of text.matchAll(named)) {
    const start = index + field.length
    if (index < kept || !isSecretName(name)) continue
    if (/^(?:[{[]|[|>][+-]?\d?[ \t]*(?:\r?\n|$))/.test(text.slice(start, start + 16))) return undefined
    value.lastIndex = start
    const found = value.exec(text)
    if (found === null) continue
    clean += text.slice(kept, start) + redacted
    kept = start + found[0].length
  }
  return clean + text.slice(kept)
}

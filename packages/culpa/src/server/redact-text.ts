import { isSecretName, redacted, redactValue } from './redact-value.ts'

/** Up to the sign, as in `"card_cvc": `, `pin=`; the quotes may be escaped. */
const named = /(?<![\w.[\]-])([\w.[\]-]{1,64})\\?["']?\s{0,8}[=:]\s{0,8}/g
const value = /"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|[^\s,;&<>}]+/y
const element = /<([\w:.-]{1,64})(?:\s[^<>]{0,256})?>([^<]+)(?=<\/)/g

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

function redactElements(text: string): string {
  return text.replace(element, (all, name: string, content: string) =>
    isSecretName(name.replace(/^.*:/, '')) ? all.slice(0, -content.length) + redacted : all,
  )
}

function redactFields(text: string): string | undefined {
  let clean = ''
  let kept = 0
  for (const { 0: field, 1: name = '', index } of text.matchAll(named)) {
    const start = index + field.length
    if (index < kept || !isSecretName(name)) continue
    if (text[start] === '{' || text[start] === '[') return undefined
    value.lastIndex = start
    const found = value.exec(text)
    if (found === null) continue
    clean += text.slice(kept, start) + redacted
    kept = start + found[0].length
  }
  return clean + text.slice(kept)
}

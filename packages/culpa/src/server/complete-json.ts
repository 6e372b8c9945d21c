/**
 * A JSON document that was cut off, with what its end lacks: half a text becomes a whole one, half a name or number goes.
 * `undefined` for what is no beginning of a document. Takes time in proportion to the length.
 * @example
 * completeJson('{"a":"b","c":{"d":"half') // { a: 'b', c: { d: 'half' } }
 */
export function completeJson(text: string): unknown {
  const open: string[] = []
  let isText = false
  /** Up to here everything is whole. */
  let whole = 0
  for (let index = 0; index < text.length; index++) {
    const sign = text[index]
    if (isText) {
      if (sign === '\\') index++
      else if (sign === '"') isText = false
    } else if (sign === '"') {
      isText = true
    } else if (sign === '{' || sign === '[') {
      open.push(sign === '{' ? '}' : ']')
      whole = index + 1
    } else if (sign === '}' || sign === ']') {
      open.pop()
      whole = index + 1
    } else if (sign === ',') {
      whole = index
    }
  }
  if (open.length === 0) return undefined
  const closing = open.reverse().join('')
  const withText = isText ? `${text.replace(/\\(?:u[\da-f]{0,3})?$/i, '')}"${closing}` : text + closing
  return parsed(withText) ?? parsed(text.slice(0, whole) + closing)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Bytes of a text in UTF-8, without encoding it; half a surrogate pair counts as the three of U+FFFD, which encoders
 * write for it.
 * @example
 * utf8Length('größe') // 7
 */
export function utf8Length(text: string): number {
  const { length } = text
  let bytes = length
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) continue
    if (unit < 0x800) bytes += 1
    else if (isPair(unit, text, index)) {
      bytes += 2
      index++
    } else bytes += 2
  }
  return bytes
}

function isPair(unit: number, text: string, index: number): boolean {
  if (unit < 0xd800 || unit > 0xdbff) return false
  const next = text.charCodeAt(index + 1)
  return next >= 0xdc00 && next <= 0xdfff
}

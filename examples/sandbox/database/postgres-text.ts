// Postgres keeps no NUL and no lone surrogate in a text; callers send both. They are kept as U+F8FF and four
// hexadecimal digits, and so is U+F8FF itself: what is read is what was written.
const mark = '\uf8ff'
const marked = /\uf8ff([0-9a-f]{4})/g

/** A text as Postgres can keep it. */
export function toKept(text: string): string {
  return text.replace(/[\0\uf8ff\p{Cs}]/gu, (one) => mark + one.charCodeAt(0).toString(16).padStart(4, '0'))
}

/** The text that was kept. */
export function fromKept(kept: string): string {
  return kept.replace(marked, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

/** A value as JSON that Postgres can keep. */
export function toKeptJson(value: object): string {
  return JSON.stringify(value).replace(/\\(?:u(0000|d[89a-f]..)|.)|\uf8ff/gs, (found, digits?: string) =>
    found === mark ? `${mark}f8ff` : digits === undefined ? found : mark + digits,
  )
}

/** The value that was kept as JSON. */
export function fromKeptJson(kept: string): unknown {
  return JSON.parse(kept.replace(marked, '\\u$1'))
}

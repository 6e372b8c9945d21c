/** What a template takes: text and numbers are escaped, other templates are not; lists are joined, nothing is nothing. */
export type HtmlValue = Html | string | number | undefined | readonly HtmlValue[]

/** Text that is HTML already. Only {@link html} makes it. */
export class Html {
  readonly #text: string

  constructor(parts: TemplateStringsArray, values: readonly HtmlValue[]) {
    this.#text = String.raw({ raw: parts }, ...values.map(toText))
  }

  toString(): string {
    return this.#text
  }
}

/**
 * A piece of HTML. Whatever is put into it is escaped, for text and for quoted attributes alike.
 * @example
 * html`<a href="${url}">${title}</a>`
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(parts, values)
}

function toText(value: HtmlValue): string {
  if (value === undefined) return ''
  if (value instanceof Html) return value.toString()
  if (typeof value === 'object') return value.map(toText).join('')
  return String(value).replace(/[&<>"']/g, (char) => entities[char] as string)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A piece of a sentence. */
export type Inline = string | CodeSpan | typeof lineBreak

/** Ends a line within a cell. */
export const lineBreak: unique symbol = Symbol('line break')

/** Set as code; leads to the page of this code where `page` is given. */
export interface CodeSpan {
  readonly code: string
  readonly page?: string
}

export type Sentence = readonly Inline[]

/** A part of a page, for every form it is written in. */
export type Block =
  | { readonly kind: 'heading'; readonly id: string; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: Sentence }
  | { readonly kind: 'list'; readonly ordered?: boolean; readonly items: readonly Sentence[] }
  | { readonly kind: 'facts'; readonly items: readonly (readonly [term: string, text: Sentence])[] }
  | { readonly kind: 'code'; readonly language: string; readonly label: string; readonly text: string }
  | Table

/** The first cell of a row names it. */
export interface Table {
  readonly kind: 'table'
  readonly caption: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Sentence[])[]
  /** True for the one table of a page that can be searched. */
  readonly searchable?: boolean
}

/** A page of the reference, whatever form it is written in. */
export interface Page {
  /** The code it is about; without one it is the overview. */
  readonly code?: string
  readonly title: string
  readonly heading: Inline
  /** What it is about, in one sentence. */
  readonly description: string
  readonly blocks: readonly Block[]
}

export function heading(id: string, text: string): Block {
  return { kind: 'heading', id, text }
}

export function paragraph(...text: Sentence): Block {
  return { kind: 'paragraph', text }
}

export function list(items: readonly string[], ordered = false): Block {
  return { kind: 'list', ordered, items: items.map((item) => [item]) }
}

export function facts(items: readonly (readonly [term: string, text: Sentence])[]): Block {
  return { kind: 'facts', items }
}

export function codeBlock(language: string, label: string, text: string): Block {
  return { kind: 'code', language, label, text }
}

export function table(caption: string, columns: readonly string[], rows: readonly (readonly Sentence[])[]): Table {
  return { kind: 'table', caption, columns, rows }
}

/** A name as a cell. */
export function named(code: string): Sentence {
  return [{ code }]
}

/** Each on a line of its own. */
export function lines(texts: readonly string[]): Sentence {
  return texts.flatMap((text, index): Inline[] => (index === 0 ? [text] : [lineBreak, text]))
}

/** Names, joined by commas. */
export function nameList(names: readonly string[]): Sentence {
  return names.flatMap((code, index): Inline[] => [...(index === 0 ? [] : [', ']), { code }])
}

/** Names of codes, joined by commas, each with a link to its page. */
export function codeList(codes: readonly string[]): Sentence {
  return codes.flatMap((code, index): Inline[] => [...(index === 0 ? [] : [', ']), { code, page: code }])
}

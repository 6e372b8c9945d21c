import Negotiator from 'negotiator'

const forms: Readonly<Record<string, string>> = {
  'text/html': '',
  'text/markdown': '.md',
  'application/json': '.json',
}

/** The media types of a page's forms, the one for people first. */
export const formTypes = Object.keys(forms)

/**
 * What the address of a page has to end in for the form that is asked for: HTML where nothing, or nothing else, is.
 * @example
 * formOf('text/markdown') // '.md'
 */
export function formOf(accept: string | undefined): string {
  const [type = ''] = new Negotiator({ headers: { accept } }).mediaTypes(formTypes)
  return forms[type] ?? ''
}

import type { EntryBody } from '../wire.ts'

/** What curl sets by itself. */
const implied = new Set(['content-length', 'connection', 'host', 'accept-encoding'])

/** What a browser adds of its own and curl need not. */
const ofBrowsers = /^(?:sec-|accept-language$|origin$|referer$|priority$|upgrade-insecure-requests$|dnt$)/

/** The command that sends a logged request again; what was struck out of it is to be filled in. */
export function curlOfEntry({ method, target, request }: EntryBody, origin: string): string {
  const headers = (request?.headers ?? []).filter(([name]) => {
    const lower = name.toLowerCase()
    return !implied.has(lower) && !ofBrowsers.test(lower)
  })
  return curl(method, origin + target, headers, request?.body ?? null)
}

function curl(
  method: string,
  url: string,
  headers: readonly (readonly [string, string])[],
  body: string | null,
): string {
  const hasBody = body !== null && body !== ''
  const isPlain = method === 'GET' && !hasBody
  const verb = isPlain ? '' : method === 'HEAD' ? '--head ' : `-X ${quoted(method)} `
  const parts = [`curl -i ${verbatim(url)}${verb}${quoted(url)}`]
  for (const [name, value] of headers) parts.push(`-H ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`)
  // Otherwise curl would add one of its own.
  if (hasBody && !headers.some(([name]) => name.toLowerCase() === 'content-type')) parts.push("-H 'content-type:'")
  // Not `--data-binary`: what a stranger sent may begin with @ and the name of a file of whoever runs the command.
  if (hasBody) parts.push(`--data-raw ${quoted(body)}`)
  return parts.join(' \\\n  ')
}

/** By itself curl takes brackets for ranges, and dots for steps up. */
function verbatim(url: string): string {
  return `${/[[\]{}]/.test(url) ? '--globoff ' : ''}${/\/\.\.?(?:[/?]|$)/.test(url) ? '--path-as-is ' : ''}`
}

function quoted(text: string): string {
  return /^[\w:/.,=@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

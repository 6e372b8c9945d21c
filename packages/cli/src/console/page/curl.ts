import type { EntryBody, StepBody } from '../wire.ts'

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

/** The command that sends one step of a trigger; for bytes that no HTTP client sends, a command that does. */
export function curlOfStep({ method, path, headers, body, raw }: StepBody, origin: string): string {
  if (raw === undefined) return curl(method, origin + path, Object.entries(headers), body)
  const { hostname, port } = new URL(origin)
  const escaped = raw
    .replace(/[\\%]/g, (char) => (char === '%' ? '%%' : '\\\\'))
    .replace(/\r/g, '\\r')
    .replace(/\n/g, '\\n')
  return `printf ${quoted(escaped)} | nc ${hostname} ${port || '80'}`
}

function curl(
  method: string,
  url: string,
  headers: readonly (readonly [string, string])[],
  body: string | null,
): string {
  const isPlain = method === 'GET' && body === null
  const parts = [`curl -i ${isPlain ? '' : method === 'HEAD' ? '--head ' : `-X ${method} `}${quoted(url)}`]
  for (const [name, value] of headers) parts.push(`-H ${quoted(`${name}: ${value}`)}`)
  if (body !== null && body !== '') parts.push(`--data-binary ${quoted(body)}`)
  return parts.join(' \\\n  ')
}

function quoted(text: string): string {
  return /^[\w:/.,=@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

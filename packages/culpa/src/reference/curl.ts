/** One request of a trigger. `{{unique}}` stands for a fresh value, `{{pad:N}}` for N letters. */
export interface TriggerStep {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** Sent this many times at once. */
  readonly concurrent?: number
  /** Bytes for a socket instead of all else. */
  readonly raw?: string
}

/** How to provoke a code, or why no request can; `triggers` of `/sandbox.json` are of this kind. */
export interface Trigger {
  readonly code: string
  readonly cause?: string
  readonly cannot?: string
  readonly steps?: readonly TriggerStep[]
  /** Puts things back. */
  readonly cleanup?: readonly TriggerStep[]
}

/**
 * The commands for a POSIX shell that provoke a code. The last answer carries it.
 * @example
 * toCurl({ code: 'route_unknown', steps: [{ method: 'GET', path: '/nothing', headers: {}, body: null }] }, 'http://localhost:4000')
 * // curl -i http://localhost:4000/nothing
 */
export function toCurl({ steps = [], cleanup = [] }: Trigger, baseUrl: string): string {
  const commands = steps.map((step) => commandOf(step, baseUrl))
  const after = cleanup.map((step) => commandOf(step, baseUrl))
  const isUnique = [...commands, ...after].some((command) => command.includes('$unique'))
  return [
    ...(isUnique ? ['unique=$(date +%s%N)'] : []),
    ...commands,
    ...(after.length > 0 ? ['# Afterwards:', ...after] : []),
  ].join('\n')
}

function commandOf(step: TriggerStep, baseUrl: string): string {
  const once = step.raw === undefined ? request(step, baseUrl) : bytes(step.raw, baseUrl)
  if (step.concurrent === undefined) return once
  return `for i in $(seq ${step.concurrent}); do\n  ${once.replaceAll('\n', '\n  ')} &\ndone\nwait`
}

function request({ method, path, headers, body }: TriggerStep, baseUrl: string): string {
  const implied = body === null ? 'GET' : 'POST'
  const parts = [
    `curl -i${verbatim(path)}${method === implied ? '' : ` -X ${method}`} ${quote(baseUrl + path)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === null ? [] : [`--data-raw ${quote(body)}`]),
  ]
  return parts.join(' \\\n  ')
}

/** By itself curl takes brackets for ranges, and dots for steps up. */
function verbatim(path: string): string {
  const plain = path.replace(/\{\{(?:unique|pad:\d+)\}\}/g, '')
  return `${/[[\]{}]/.test(plain) ? ' --globoff' : ''}${/\/\.\.?(?:[/?]|$)/.test(plain) ? ' --path-as-is' : ''}`
}

/** What no HTTP client would send goes out as it is; the pause keeps the connection open for the answer. */
function bytes(raw: string, baseUrl: string): string {
  const text = raw.replaceAll('\\', '\\\\').replaceAll('%', '%%').replaceAll('\r', '\\r').replaceAll('\n', '\\n')
  const host = baseUrl.replace(/^https?:/, 'telnet:')
  return `{ printf ${quote(text)}; sleep 12; } | curl -s ${quote(host)}`
}

/** As one word of a shell, placeholders filled in by it. */
function quote(text: string): string {
  if (/^[\w./:=@-]+$/.test(text)) return text
  if (text === '') return "''"
  return text
    .split(/(\{\{unique\}\}|\{\{pad:\d+\}\})/)
    .map(quotePart)
    .join('')
}

function quotePart(part: string): string {
  if (part === '{{unique}}') return '"$unique"'
  const length = /^\{\{pad:(\d+)\}\}$/.exec(part)?.[1]
  if (length !== undefined) return `"$(head -c ${length} /dev/zero | tr '\\0' x)"`
  return part === '' ? '' : `'${part.replaceAll("'", "'\\''")}'`
}

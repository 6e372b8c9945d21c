import type { WireExample } from './reference.ts'

/**
 * An answer as a reader sees it: status line, headers, and the body with its members on lines of their own.
 * @example
 * exampleText(entry.example) // 'HTTP/1.1 402\ncontent-type: application/json\n…'
 */
export function exampleText({ status, headers, body }: WireExample): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status}`, ...lines, '', JSON.stringify(body, null, 2)].join('\n')
}

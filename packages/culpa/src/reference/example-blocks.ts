import { type Block, codeBlock } from './blocks.ts'
import type { WireExample } from './reference.ts'

/** An answer as it goes over the wire, then its body as one reads it. */
export function exampleBlocks(label: string, example: WireExample): Block[] {
  const laidOut = JSON.stringify(example.body, null, 2)
  const isObject = typeof example.body === 'object'
  return [
    codeBlock('http', label, exampleText(example)),
    ...(isObject ? [codeBlock('json', 'Its body, laid out', laidOut)] : []),
  ]
}

/**
 * An answer byte for byte: status line, headers, body.
 * @example
 * exampleText(entry.example) // 'HTTP/1.1 402 Payment Required\ncontent-type: application/json\n…'
 */
function exampleText({ status, reason, headers, text }: WireExample): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status} ${reason}`.trimEnd(), ...lines, '', text].join('\n')
}

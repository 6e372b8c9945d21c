import type { JsonValue } from '../formats/format.ts'
import type { WireExample } from './reference.ts'
import type { RecordedAnswer } from './reference-options.ts'

/**
 * An answer that was recorded, as an example.
 * @example
 * recordedExample({ status: 404, headers: [['Error-Code', 'resource_missing']], body: '{}' }).body // {}
 */
export function recordedExample({ status, reason = '', headers, body: text }: RecordedAnswer): WireExample {
  const lines = headers.map(([name, value]) => [name.toLowerCase(), value] as const)
  return { status, reason, headers: lines, body: parsed(text), text }
}

/** A body that is no JSON is text. */
function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return text
  }
}

import type { LogEvent } from './log.ts'

/**
 * Writes each 5xx, and each failure the contract does not declare, as one line of JSON on standard error. What a guard
 * refuses on purpose, such as maintenance or too much load, has no cause and is no line: a flood must stay cheap.
 * @example
 * createApi({ contract, operations, log: logFailures })
 */
export function logFailures(event: LogEvent): void {
  const isRefusal = event.source === 'guard' && event.declared === true && event.cause === undefined
  const isFailure = event.status >= 500 || event.declared === false || event.source === 'process'
  if (isFailure && !isRefusal) console.error(JSON.stringify(event))
}

import type { LogEvent } from './log.ts'

/**
 * Writes each 5xx, and each failure the contract does not declare, as one line of JSON on standard error.
 * @example
 * createApi({ contract, operations, log: logFailures })
 */
export function logFailures(event: LogEvent): void {
  if (event.status >= 500 || event.declared === false || event.source === 'process')
    console.error(JSON.stringify(event))
}

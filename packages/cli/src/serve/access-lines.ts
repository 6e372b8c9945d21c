import { type AccessLogOptions, type AccessRecord, accessLog, type Log } from 'culpa'
import { destination, pino } from 'pino'
import { note } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'

/** What cannot be written, on a disk that is full, waits so far; more is dropped. */
const maxWaitingBytes = 1_000_000

/** The access log of the program. */
export interface AccessLines {
  readonly log: Log
  /** Opens the file anew, after it was moved away. */
  reopen(): void
}

/**
 * Writes an access log as lines of JSON: to a file, or to standard output.
 * @throws {UsageError} when the file cannot be opened
 */
export function accessLines(
  file: string | undefined,
  clientAddress: NonNullable<AccessLogOptions['clientAddress']>,
): AccessLines {
  const sink = openSink(file)
  let told = false
  // Requests go on without their log; whoever reads standard output may have stopped on purpose.
  sink.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || told) return
    told = true
    const remedy = error.code === 'ENOSPC' ? 'make room for it' : 'make it a file that can be written, then send SIGHUP'
    note(`culpa: the access log cannot be written: ${error.message}. Remedy: ${remedy}.`)
  })
  const logger = pino(
    {
      base: null,
      timestamp: false,
      messageKey: 'message',
      formatters: { level: (label) => ({ 'log.level': label }) },
    },
    sink,
  )
  const write = (record: AccessRecord) => logger[levelOf(record)](record, messageOf(record))
  const reopen = () => {
    told = false
    sink.reopen()
  }
  return { log: accessLog(write, { clientAddress }), reopen }
}

function openSink(file: string | undefined) {
  try {
    // In step with the requests: no line is lost when the process ends.
    return destination({ dest: file ?? 1, sync: true, maxLength: maxWaitingBytes })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UsageError(`--log: ${reason}. Remedy: a file in a folder that exists and can be written to.`, { cause })
  }
}

/** What somebody has to look at: nothing that a guard refused on purpose. */
function levelOf(record: AccessRecord): 'error' | 'info' {
  const isFailure = (record['http.response.status_code'] ?? 0) >= 500 && record['culpa.source'] !== 'guard'
  return isFailure || record['culpa.declared'] === false ? 'error' : 'info'
}

function messageOf(record: AccessRecord): string {
  const { 'http.request.method': method, 'url.path': path, 'http.response.status_code': status } = record
  const words = [method, path, status, record['error.type']].filter((word) => word !== undefined)
  return words.join(' ')
}

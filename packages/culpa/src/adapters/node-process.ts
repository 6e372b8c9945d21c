import { describeCause } from '../server/describe-cause.ts'
import type { Log } from '../server/log.ts'

const logs: Log[] = []

/**
 * Keeps the process alive when code throws that no request waits for any more, such as a timer: the failure is logged,
 * once, however many servers the process has. Returns the function that undoes it.
 */
export function logProcessFailures(log: Log): () => void {
  if (logs.length === 0) {
    process.on('uncaughtException', report)
    process.on('unhandledRejection', report)
  }
  // A copy of its own, for two servers may share a log.
  const own: Log = (event) => log(event)
  logs.push(own)
  return () => {
    const place = logs.indexOf(own)
    if (place === -1) return
    logs.splice(place, 1)
    if (logs.length > 0) return
    process.off('uncaughtException', report)
    process.off('unhandledRejection', report)
  }
}

function report(thrown: unknown): void {
  // Standard output is closed: a log that writes there would fail again and again.
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EPIPE') return
  try {
    logs[0]?.({
      at: Date.now(),
      requestId: '',
      contract: '',
      method: '',
      path: '',
      status: 0,
      durationMs: 0,
      code: 'internal_error',
      source: 'process',
      declared: false,
      cause: describeCause(thrown),
    })
  } catch {
    // A log that throws must not end the process either.
  }
}

/**
 * Closes and exits with 0 on SIGTERM and SIGINT. A signal that comes a second or more after the first one exits with 1
 * at once; one that comes sooner is the same signal, sent to the whole process group. Returns the function that undoes it.
 */
export function closeOnSignals(close: () => Promise<void>): () => void {
  let since: number | undefined
  const stop = () => {
    if (since !== undefined && performance.now() - since >= 1000) process.exit(1)
    if (since !== undefined) return
    since = performance.now()
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  return () => {
    process.off('SIGTERM', stop)
    process.off('SIGINT', stop)
  }
}

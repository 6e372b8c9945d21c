import { defineContract } from 'culpa'

/** Every way the console's own operations can fail. `origin`: of the server, where the pages of the codes are. */
export function consoleContract(origin: string) {
  return defineContract({
    name: 'console',
    docs: `${origin}/console/errors`,
    errors: {
      trigger_unknown: {
        status: 404,
        message: 'There is no such trigger.',
        fix: 'GET /console/about lists them.',
      },
      trigger_failed: {
        status: 502,
        message: 'The trigger could not be run to its end.',
        causes: ['The connection broke, or an answer did not come in time.'],
        retry: 'backoff',
      },
      streams_exhausted: {
        status: 503,
        message: 'No more pages can follow the log.',
        causes: ['64 streams are open: pages that nobody closed, or a program that does not end its own.'],
        fix: 'Close a page, or wait as long as Retry-After says; GET /console/log needs no stream.',
        operatorFix: 'Look for the programs that hold the connections to GET /console/stream.',
        retry: 'after_delay',
      },
    },
  })
}

export type ConsoleContract = ReturnType<typeof consoleContract>

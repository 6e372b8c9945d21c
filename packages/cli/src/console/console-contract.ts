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
        message: 'As many pages follow the log as may.',
        causes: ['Pages that nobody closed, or a program that opens streams and does not end them.'],
        fix: 'Close a page, or wait as long as Retry-After says; GET /console/log needs no stream.',
        retry: 'after_delay',
      },
    },
  })
}

export type ConsoleContract = ReturnType<typeof consoleContract>

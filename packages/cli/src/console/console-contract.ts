import { defineContract } from 'culpa'

/** Every way the console's own operations can fail. */
export function consoleContract() {
  return defineContract({
    name: 'console',
    docs: '/console/errors',
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
    },
  })
}

export type ConsoleContract = ReturnType<typeof consoleContract>

import { defineContract } from 'culpa'
import { currents } from 'culpa/profiles'

/** Every way the currents API of the sandbox can fail. */
export function currentsContract(origin: string) {
  return defineContract({
    profile: currents,
    docs: `${origin}/currents/errors`,
    errors: {
      run_not_billed: {
        status: 402,
        message: 'The run could not be billed, so it was not created.',
        causes: ['The payment source of the run was declined.'],
        fix: 'Create the run with another payment source.',
      },
    },
    builtins: {
      resource_exists: {
        causes: ['The project has a run with this ciBuildId already.'],
        fix: 'Use the existing run, or another ciBuildId.',
      },
      resource_changed: {
        causes: ['The run was cancelled or finished before.'],
        fix: 'Fetch the run to see its state; nothing is left to cancel.',
      },
    },
  })
}

export type CurrentsContract = ReturnType<typeof currentsContract>

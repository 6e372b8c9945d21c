import { defineContract } from 'culpa'

/** Every way the sandbox's own operations can fail. */
export function siteContract(origin: string) {
  return defineContract({
    name: 'sandbox',
    docs: `${origin}/sandbox/errors`,
    errors: {
      system_unknown: {
        status: 404,
        message: 'The sandbox has no system of this name.',
        fix: 'GET /sandbox.json names them.',
      },
      origin_foreign: {
        status: 403,
        message: 'Another website may not change the sandbox.',
        causes: ['A page that is not of this sandbox sent the request: the Origin header names another website.'],
        fix: 'Send the request from a program, without an Origin header.',
      },
    },
  })
}

export type SiteContract = ReturnType<typeof siteContract>

import { isIP } from 'node:net'
import { type Guard, refusal } from 'culpa'

const message = 'The console does not answer under this name. Open it by its address, or tell it the name.'

/**
 * Refuses requests whose `Host` is a name that is not ours: a website can point a name of its own at this machine, and
 * its pages could then read the log as if it were theirs. Addresses and `localhost` cannot be pointed elsewhere.
 */
export function ownHost(hosts: readonly string[]): Guard {
  const own = new Set(['localhost', ...hosts.map((host) => host.toLowerCase())])
  return {
    name: 'own_host',
    stage: 'address_limit',
    codes: () => ['permission_denied'],
    compile: () => ({
      step({ request }) {
        const host = request.header('host')
        const name = host === undefined ? '' : hostNameOf(host)
        if (name !== '' && !own.has(name) && isIP(name) === 0) throw refusal('permission_denied', { message })
      },
    }),
  }
}

function hostNameOf(host: string): string {
  return host
    .replace(/:\d*$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase()
}

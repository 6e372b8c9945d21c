import { type ClientOptions, createClient, type UntypedClient } from 'culpa/client'
import { type InstantClock, instantClock, seededRandom } from 'culpa/testing'
import { onTestFinished } from 'vitest'
import { type MisbehavingServer, type Step, startMisbehaving } from './misbehaving-server.ts'

export interface Arranged {
  readonly server: MisbehavingServer
  readonly client: UntypedClient
  readonly clock: InstantClock
}

/** A server that does what the steps say, and a client of it whose pauses take no time. */
export async function arrange(
  steps: readonly Step[],
  options: Partial<ClientOptions> & { readonly format?: 'auto' } = {},
): Promise<Arranged> {
  const server = await startMisbehaving(...steps)
  onTestFinished(server.close)
  const clock = instantClock()
  const given = { baseUrl: server.url, format: 'auto', random: seededRandom(1), clock, ...options } as const
  return { server, client: createClient(given), clock }
}

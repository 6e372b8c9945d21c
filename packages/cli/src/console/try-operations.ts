import { type Operation, operationsFor, reply } from 'culpa'
import { z } from 'zod'
import type { ConsoleContract } from './console-contract.ts'
import { runTrigger } from './run-steps.ts'
import type { AboutBody, TryBody } from './wire.ts'

const Try = z.strictObject({ system: z.string(), index: z.number().int().min(0) })

/** What there is to try, and trying from here what a browser cannot send. */
export function tryOperations(contract: ConsoleContract, about: AboutBody, origin: string): readonly Operation[] {
  const operation = operationsFor(contract)
  return [
    operation('GET /console/about', {
      summary: 'The systems, their codes and how to provoke them',
      handler: () => reply(200, about, [['cache-control', 'no-store']]),
    }),
    operation('POST /console/tries', {
      summary: 'Runs one of the known triggers',
      body: Try,
      errors: ['trigger_unknown', 'trigger_failed'],
      async handler({ body, errors }): Promise<TryBody> {
        const trigger = about.systems.find(({ name }) => name === body.system)?.triggers[body.index]
        if (trigger?.steps === undefined) throw errors.trigger_unknown({ param: 'index' })
        try {
          return { exchanges: await runTrigger(origin, trigger) }
        } catch (cause) {
          throw errors.trigger_failed({ cause })
        }
      },
    }),
  ]
}

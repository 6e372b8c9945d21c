// What a log of every request on disk costs: culpa with one against culpa without. Rounds are longer than what a log can
// put off until the requests are over.
import { compare, underLoad } from '../compare.ts'
import type { Measure } from '../measure.ts'
import { startServer } from '../process.ts'
import { getItem, postOrder } from '../requests.ts'

const target = { goal: 0.95, floor: 0.9, better: 'higher' } as const

export const logged: Measure = {
  title: 'Every request in a log on disk, against none',
  figures: [
    { name: 'GET with a log', request: getItem },
    { name: 'POST with a log', request: postOrder },
  ].map(({ name, request }) => ({
    name,
    async measure(rounds) {
      const [on, off] = await Promise.all([
        startServer('servers/culpa.ts', { log: true }),
        startServer('servers/culpa.ts', {}),
      ])
      try {
        const contenders = [
          underLoad('with a log', on, request(on.told.keys[0] as string), 200),
          underLoad('without', off, request(off.told.keys[0] as string), 200),
        ] as const
        return await compare(name, contenders, { ...rounds, seconds: 3 * rounds.seconds }, target)
      } finally {
        on.stop()
        off.stop()
      }
    },
  })),
}

// Parts alone, without HTTP, against libraries that do the same.
import { compare } from '../compare.ts'
import type { Measure } from '../measure.ts'
import { startProgram } from '../process.ts'

/** What `peers/in-process.ts` can do. */
export type WorkName = 'culpa limits' | 'rate-limiter-flexible' | 'culpa errors' | 'http-errors'

const pairs: readonly { readonly name: string; readonly ours: WorkName; readonly theirs: WorkName }[] = [
  { name: 'a limit, in memory', ours: 'culpa limits', theirs: 'rate-limiter-flexible' },
  { name: 'an error made and written', ours: 'culpa errors', theirs: 'http-errors' },
]

export const inProcess: Measure = {
  title: 'Parts alone, in process',
  figures: pairs.map(({ name, ours, theirs }) => ({
    name,
    async measure(rounds) {
      const programs = await Promise.all([ours, theirs].map(start))
      const contenders = programs.map((program, index) => ({
        name: index === 0 ? 'culpa' : theirs,
        measure: (seconds: number) => program.ask<{ perSecond: number; cpuMicroseconds: number }>(seconds),
      }))
      try {
        return await compare(name, contenders as [(typeof contenders)[0], (typeof contenders)[0]], rounds, undefined)
      } finally {
        for (const program of programs) program.stop()
      }
    },
  })),
}

function start(name: WorkName) {
  return startProgram<'ready'>('peers/in-process.ts', { name }, 0)
}

// Whether a request costs more when there is more of everything: culpa full against culpa nearly empty.
import { compare, type Rounds, underLoad } from '../compare.ts'
import type { Comparison } from '../figure.ts'
import type { NextRequest } from '../load.ts'
import type { Measure } from '../measure.ts'
import { type Server, startServer } from '../process.ts'
import { getItem, getOf, postOrder } from '../requests.ts'
import type { CulpaOptions } from '../servers/culpa.ts'

interface Growth {
  readonly name: string
  readonly full: CulpaOptions
  readonly empty: CulpaOptions
  readonly request: (options: CulpaOptions, keys: readonly string[]) => NextRequest
}

const target = { goal: 0.9, floor: 0.9, better: 'higher' } as const

const growths: readonly Growth[] = [
  {
    name: '10,000 operations',
    full: { otherOperations: 10_000 },
    empty: { otherOperations: 7 },
    request: ({ otherOperations = 0 }, [key = '']) =>
      inTurn(Array.from({ length: otherOperations }, (_, index) => getOf(index, key)())),
  },
  {
    name: '1,000,000 keys, a limit each',
    full: { otherKeys: 999_000, keys: 1000 },
    empty: { keys: 1 },
    request: (_, keys) => inTurn(keys.map((key) => getItem(key)())),
  },
  {
    name: '1,000,000 idempotency keys',
    full: { records: 1_000_000 },
    empty: {},
    request: (_, [key = '']) => postOrder(key),
  },
]

export const growth: Measure = {
  title: 'With much of everything, against a server nearly empty',
  figures: growths.map((one) => ({ name: one.name, measure: (rounds) => measureGrowth(one, rounds) })),
}

async function measureGrowth({ name, full, empty, request }: Growth, rounds: Rounds): Promise<Comparison> {
  const [large, small] = await Promise.all([
    startServer('servers/culpa.ts', full),
    startServer('servers/culpa.ts', empty),
  ])
  const contender = (label: string, server: Server, options: CulpaOptions) =>
    underLoad(label, server, request(options, server.told.keys), 200)
  try {
    const contenders = [contender('full', large, full), contender('nearly empty', small, empty)] as const
    return await compare(name, contenders, rounds, target)
  } finally {
    large.stop()
    small.stop()
  }
}

function inTurn(texts: readonly string[]): NextRequest {
  let index = 0
  return () => {
    index = index + 1 === texts.length ? 0 : index + 1
    return texts[index] as string
  }
}

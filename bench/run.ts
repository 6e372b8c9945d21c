// `npm run bench [-- NAME] [--short]`

import { parseArgs } from 'node:util'
import { againstPeers } from './groups/against-peers.ts'
import { againstBare } from './groups/against-bare.ts'
import { pin } from './process.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean', default: false } },
})
const rounds = values.short ? { rounds: 10, seconds: 0.15 } : { rounds: 12, seconds: 0.5 }
pin(process.pid, 1)
for (const { title, figures } of [againstBare, againstPeers]) {
  console.log(title)
  for (const figure of figures.filter(({ name }) => positionals.every((one) => name.includes(one)))) {
    const f = await figure.measure(rounds)
    if (f.kind === 'comparison')
      console.log(
        f.name,
        f.theirs.name,
        f.ratio.median.toFixed(2),
        'cpu',
        f.cpuRatio.median.toFixed(2),
        Math.round(f.ours.perSecond),
        Math.round(f.theirs.perSecond),
        f.ours.cpuMicroseconds.toFixed(1),
        f.theirs.cpuMicroseconds.toFixed(1),
      )
  }
}

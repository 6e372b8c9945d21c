// `npm run bench [-- NAME …] [-- --short]`: measures the figures whose name or heading contains a NAME, or all. All of
// them, in full length, are written: RESULTS.json, RESULTS.md, and the tables of README and docs/performance.md.
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import type { Rounds } from './compare.ts'
import type { Figure, Group, Missing, Results } from './figure.ts'
import { againstBare } from './groups/against-bare.ts'
import { againstPeers } from './groups/against-peers.ts'
import { clients } from './groups/clients.ts'
import { flood } from './groups/flood.ts'
import { growth } from './groups/growth.ts'
import { inProcess } from './groups/in-process.ts'
import { keyTiming } from './groups/key-timing.ts'
import { latency } from './groups/latency.ts'
import { logged } from './groups/logged.ts'
import { memory } from './groups/memory.ts'
import { size } from './groups/size.ts'
import { stores } from './groups/stores.ts'
import type { Measure } from './measure.ts'
import { othersCores, quietCores, waitForQuiet } from './others.ts'
import { goFirst, pin } from './process.ts'
import { figureLine } from './render.ts'
import { serviceVersions } from './services.ts'
import { median } from './statistics.ts'
import { writeResults } from './write-results.ts'

const measures = [
  againstBare,
  againstPeers,
  latency,
  flood,
  growth,
  stores,
  logged,
  clients,
  size,
  inProcess,
  memory,
  keyTiming,
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean', default: false } },
})
const rounds: Rounds = values.short ? { rounds: 5, seconds: 0.2 } : { rounds: 11, seconds: 0.4 }

goFirst()
// The load is on the second core, with whatever else is not measured.
pin(process.pid, 1)
const isFull = positionals.length === 0 && !values.short
const others: number[] = []
const groups: Group[] = []
for (const measure of measures) {
  const figures = await measureGroup(measure)
  if (figures.length > 0) groups.push({ title: measure.title, figures })
}
if (groups.length === 0) {
  const names = measures.flatMap(({ figures }) => figures.map(({ name }) => name))
  throw new Error(`no figure is called ${positionals.join(' or ')}. Remedy: one of ${names.join('; ')}`)
}
if (isFull) writeResults(toResults())
else console.log('\nNothing is written: only all figures, in full length, are.')

async function measureGroup({ title, needsQuiet = false, figures }: Measure): Promise<Figure[]> {
  const isWanted = (name: string) =>
    positionals.length === 0 || positionals.some((one) => name.includes(one) || title.includes(one))
  const wanted = figures.filter(({ name }) => isWanted(name))
  if (wanted.length === 0) return []
  console.log(`\n${title}`)
  others.push(needsQuiet ? await waitForQuiet() : await othersCores())
  const isTooBusy = isFull && needsQuiet && (others.at(-1) as number) > quietCores
  const measured: Figure[] = []
  for (const { name, measure } of wanted) {
    const why = 'other programs kept the machine busy, and it is their time that would be told'
    const figure = isTooBusy ? ({ kind: 'missing', name, why } as const) : await measure(rounds).catch(toMissing(name))
    measured.push(figure)
    console.log(`  ${figureLine(figure)}`)
  }
  return measured
}

/** A figure that fails costs no other; the run ends with 1 all the same. */
function toMissing(name: string): (error: unknown) => Missing {
  return (error) => {
    console.error(error)
    process.exitCode = 1
    const [why = ''] = String(error).split('\n')
    return { kind: 'missing', name, why }
  }
}

function toResults(): Results {
  const peers = JSON.parse(readFileSync(new URL('peers/package.json', import.meta.url), 'utf8')) as {
    readonly dependencies: Results['versions']
  }
  return {
    node: process.version,
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    othersCores: median(others),
    rounds: rounds.rounds,
    secondsPerRound: rounds.seconds,
    versions: peers.dependencies,
    services: serviceVersions(),
    groups,
  }
}

// `npm run bench [-- NAME …] [-- --short]`: measures the figures whose name or heading contains a NAME, or all. All of
// them, in full length, are written: RESULTS.json, RESULTS.md, and the tables of README and docs/performance.md.
import { readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import type { Rounds } from './compare.ts'
import { type Figure, type Group, quietLoad, type Results } from './figure.ts'
import { againstBare } from './groups/against-bare.ts'
import { againstPeers } from './groups/against-peers.ts'
import { clients } from './groups/clients.ts'
import { flood } from './groups/flood.ts'
import { growth } from './groups/growth.ts'
import { inProcess } from './groups/in-process.ts'
import { latency } from './groups/latency.ts'
import { logged } from './groups/logged.ts'
import { memory } from './groups/memory.ts'
import { size } from './groups/size.ts'
import type { Measure } from './measure.ts'
import { goFirst, pin } from './process.ts'
import { comparisonCells, quantityCells } from './render.ts'
import { writeResults } from './write-results.ts'

const measures = [againstBare, againstPeers, latency, flood, growth, logged, clients, size, inProcess, memory]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean', default: false } },
})
const rounds: Rounds = values.short ? { rounds: 5, seconds: 0.2 } : { rounds: 11, seconds: 0.4 }

const [loadAverage = 0] = loadavg()
console.log(`Programs that want one of ${cpus().length} cores now: ${loadAverage.toFixed(1)}`)
goFirst()
// The load is on the second core, with whatever else is not measured.
pin(process.pid, 1)
const isFull = positionals.length === 0 && !values.short
const leftOut = measures.filter(({ needsQuiet = false }) => isFull && needsQuiet && loadAverage > quietLoad)
for (const { title } of leftOut) console.log(`Left out, for the machine is busy: ${title}`)
const groups: Group[] = []
for (const measure of measures.filter((one) => !leftOut.includes(one))) {
  const figures = await measureGroup(measure)
  if (figures.length > 0) groups.push({ title: measure.title, figures })
}
if (groups.length === 0) {
  const names = measures.flatMap(({ figures }) => figures.map(({ name }) => name))
  throw new Error(`no figure is called ${positionals.join(' or ')}. Remedy: one of ${names.join('; ')}`)
}
if (isFull) writeResults(toResults())
else console.log('\nNothing is written: only all figures, in full length, are.')

async function measureGroup({ title, figures }: Measure): Promise<Figure[]> {
  const isWanted = (name: string) =>
    positionals.length === 0 || positionals.some((one) => name.includes(one) || title.includes(one))
  const measured: Figure[] = []
  for (const { name, measure } of figures.filter((one) => isWanted(one.name))) {
    if (measured.length === 0) console.log(`\n${title}`)
    const figure = await measure(rounds)
    measured.push(figure)
    const cells = figure.kind === 'comparison' ? comparisonCells(figure) : quantityCells(figure)
    console.log(`  ${[name, ...cells.slice(1)].filter((cell) => cell !== '').join(' | ')}`)
  }
  return measured
}

function toResults(): Results {
  const peers = JSON.parse(readFileSync(new URL('peers/package.json', import.meta.url), 'utf8')) as {
    readonly dependencies: Results['versions']
  }
  return {
    node: process.version,
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    loadAverage,
    rounds: rounds.rounds,
    secondsPerRound: rounds.seconds,
    versions: peers.dependencies,
    groups,
    leftOut: leftOut.map(({ title }) => title),
  }
}

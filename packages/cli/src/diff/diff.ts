import { styleText } from 'node:util'
import type { Command, CommandInput } from '../command.ts'
import { oneLine, printJson, printLine } from '../terminal.ts'
import type { Change } from './change.ts'
import { compareCatalogues } from './compare-references.ts'
import { loadCatalogues } from './load-catalogue.ts'

/** Compares two contracts. */
export const diff: Command = {
  name: 'diff',
  summary: 'tells what changed between two contracts, and what breaks callers',
  description: `Compares OLD and NEW: modules that export \`api\` or \`contract\`, or catalogues that culpa docs wrote
(--format json, or all-codes.json of a site). A change is breaking where a caller written for OLD
may fail on NEW; codes that are added are not, for callers are open to them.`,
  positionals: ['OLD', 'NEW'],
  options: {},
  examples: ['culpa diff v1.json ./api.ts', 'culpa diff ./released/api.js ./src/api.ts --json'],
  exitCodes: { 0: 'nothing breaks callers', 1: 'something does' },
  run,
}

async function run(input: CommandInput): Promise<number> {
  const [old = '', next = ''] = input.positionals
  const changes = compareCatalogues(await loadCatalogues(old), await loadCatalogues(next))
  const sorted = [...changes].sort((a, b) => Number(b.breaking) - Number(a.breaking))
  const breaking = sorted.filter((change) => change.breaking).length
  if (input.flag('json')) printJson({ breaking: breaking > 0, changes: sorted })
  else printLine([...linesOf(sorted), summaryOf(breaking, sorted.length - breaking)].join('\n'))
  return breaking > 0 ? 1 : 0
}

function linesOf(changes: readonly Change[]): readonly string[] {
  const subjects = changes.map(({ api, code, operation }) => oneLine(operation ?? code ?? api))
  const width = Math.max(0, ...subjects.map((subject) => subject.length))
  return changes.map(({ breaking, message }, index) => {
    const mark = breaking ? styleText('red', 'breaking') : '        '
    return `${mark}  ${(subjects[index] ?? '').padEnd(width)}  ${oneLine(message)}`
  })
}

function summaryOf(breaking: number, others: number): string {
  if (breaking + others === 0) return 'No changes.'
  return `${breaking} breaking, ${others} other ${others === 1 ? 'change' : 'changes'}.`
}

// Results as Markdown: what README, docs/performance.md and RESULTS.md show of RESULTS.json.
import { type Comparison, type Figure, type Missing, type Quantity, type Results, verdictOf } from './figure.ts'
import type { Spread } from './statistics.ts'

/** The figures that README shows. */
const headlines: readonly string[] = [
  'GET',
  'POST with JSON, schema, idempotency',
  'refusal 401',
  'Fastify',
  'Express',
  'Hono',
  'fetch, 8 in flight',
]

/** All figures, group by group, under headings of a level. */
export function renderResults(results: Results, level: number): string {
  const { groups } = results
  const parts = groups.map(({ title, figures }) => `${'#'.repeat(level)} ${title}\n\n${renderFigures(figures)}`)
  return [renderMachine(results), ...parts].join('\n\n')
}

/** The few figures that matter most, in one table. */
export function renderSummary({ groups }: Results): string {
  const figures = groups.flatMap((group) => group.figures).filter(({ name }) => headlines.includes(name))
  const rows = figures
    .filter((figure) => figure.kind === 'comparison')
    .map(({ name, ours, theirs, ratio, cpuRatio }) => [
      name === theirs.name ? 'the same POST' : name,
      theirs.name,
      `${ours.cpuMicroseconds.toFixed(0)} µs to ${theirs.cpuMicroseconds.toFixed(0)} µs`,
      `${cpuRatio.median.toFixed(2)}×`,
      `${ratio.median.toFixed(2)}×`,
    ])
  return renderTable(['', 'against', 'CPU time a request', 'speed by it', 'by requests a second'], rows)
}

/** What was measured, and on what. */
function renderMachine({ node, machine, othersCores, rounds, secondsPerRound, versions, services }: Results): string {
  const list = (named: Results['versions']) =>
    Object.entries(named)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')
  const others = `of which other programs took ${othersCores.toFixed(1)} meanwhile`
  return `Node ${node}, ${machine}, ${others}; ${rounds} rounds of ${secondsPerRound} s a side. Against ${list(versions)}; on ${list(services) || 'neither Redis nor Postgres'}.`
}

function renderFigures(figures: readonly Figure[]): string {
  const comparisons = figures.filter((figure) => figure.kind === 'comparison')
  const quantities = figures.filter((figure) => figure.kind === 'quantity')
  const missing = figures.filter((figure) => figure.kind === 'missing')
  return [
    ...(comparisons.length > 0 ? [renderTable(comparisonHead, comparisons.map(comparisonCells))] : []),
    ...(quantities.length > 0 ? [renderTable(quantityHead, quantities.map(quantityCells))] : []),
    ...(missing.length > 0 ? [renderTable(missingHead, missing.map(missingCells))] : []),
  ].join('\n\n')
}

const missingHead = ['figure', 'not measured, because']

/** A figure that is missing, as the cells of its row. */
function missingCells({ name, why }: Missing): string[] {
  return [name, why]
}

/** A figure in one line. */
export function figureLine(figure: Figure): string {
  if (figure.kind === 'missing') return `${figure.name} | NOT MEASURED: ${figure.why}`
  const cells = figure.kind === 'comparison' ? comparisonCells(figure) : quantityCells(figure)
  return cells.filter((cell) => cell !== '').join(' | ')
}

const comparisonHead = ['figure', 'this side', 'other side', 'ratio', 'by CPU time', 'goal (floor)', 'reached']

/** A comparison as the cells of its row. */
function comparisonCells(figure: Comparison): string[] {
  const side = ({ name, perSecond, cpuMicroseconds }: Comparison['ours']) =>
    `${name} ${Math.round(perSecond).toLocaleString('en')}/s, ${threeDigits(cpuMicroseconds)} µs`
  return [
    figure.name,
    side(figure.ours),
    side(figure.theirs),
    spreadText(figure.ratio, 2),
    spreadText(figure.cpuRatio, 2),
    targetText(figure),
    verdictOf(figure),
  ]
}

const quantityHead = ['figure', 'value', 'unit', 'against', 'goal (floor)', 'reached']

/** A quantity as the cells of its row. */
function quantityCells(figure: Quantity): string[] {
  const { name, unit, value, against } = figure
  const digits = value.median < 20 ? 1 : 0
  return [
    name,
    spreadText(value, digits),
    unit,
    against === undefined ? '' : `${against.name}: ${against.value.toFixed(digits)}`,
    targetText(figure),
    verdictOf(figure),
  ]
}

function threeDigits(value: number): string {
  return value < 100 ? value.toPrecision(3) : value.toFixed(0)
}

function spreadText({ median, lowest, highest }: Spread, digits: number): string {
  const range = lowest === highest ? '' : ` (${lowest.toFixed(digits)} … ${highest.toFixed(digits)})`
  return `${median.toFixed(digits)}${range}`
}

function targetText({ target }: Comparison | Quantity): string {
  if (target === undefined) return ''
  const sign = target.better === 'higher' ? '≥' : '≤'
  return target.goal === target.floor ? `${sign} ${target.goal}` : `${sign} ${target.goal} (${target.floor})`
}

/** A table of Markdown whose columns are as wide as their widest cell, as the formatter wants it. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) => Math.max(3, cell.length, ...rows.map((row) => (row[column] ?? '').length)))
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

/** A document with the part between two comments, `<!-- figures -->` and `<!-- /figures -->`, replaced. */
export function replaceFigures(document: string, figures: string): string {
  const part = /(<!-- figures -->\n)[\s\S]*?(\n<!-- \/figures -->)/
  if (!part.test(document)) throw new Error('the document has no place for figures')
  return document.replace(part, (_, start: string, end: string) => `${start}\n${figures}\n${end}`)
}

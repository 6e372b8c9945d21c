import type { CountsBody } from '../wire.ts'
import { h, svg } from './dom.ts'
import { clockOf, count } from './text.ts'

const classes = ['5', '4', '3', '2'] as const
const names: Readonly<Record<string, string>> = { 2: '2xx', 3: '3xx', 4: '4xx', 5: '5xx' }
const [width, height] = [1000, 64]

/** Requests over time by class of status, as stacked bars. */
export function chart({ series, since, until, slot_ms }: CountsBody): HTMLElement {
  const start = Math.floor(since / slot_ms) * slot_ms
  const slots = Math.max(1, Math.ceil((until - start) / slot_ms))
  const highest = Math.max(1, ...series.map(({ counts }) => sum(counts)))
  const step = width / slots
  const bars = series.flatMap(({ at, counts }) => {
    const x = ((at - start) / slot_ms) * step
    let y = height
    return classes.flatMap((name) => {
      const value = name === '5' ? (counts[5] ?? 0) + (counts[0] ?? 0) : (counts[name] ?? 0)
      if (value === 0) return []
      const size = Math.max(1.5, (value / highest) * height)
      y -= size
      return [
        svg('rect', {
          x: x + step * 0.1,
          y: Math.max(0, y),
          width: Math.max(1, step * 0.8),
          height: size,
          class: `bar s${name}`,
        }),
      ]
    })
  })
  const totals = totalsOf(series)
  const label = `Requests since ${clockOf(since)}: ${
    Object.entries(totals)
      .map(([name, value]) => `${count(value)} ${name}`)
      .join(', ') || 'none'
  }`
  return h(
    'figure',
    { class: 'chart' },
    h(
      'figcaption',
      { class: 'legend' },
      ...Object.entries(totals).map(([name, value]) =>
        h('span', { class: `key s${name[0]}` }, h('b', {}, count(value)), ` ${name}`),
      ),
      series.length === 0 && h('span', { class: 'muted' }, 'No requests in this time.'),
      h(
        'span',
        { class: 'muted peak' },
        `peak ${count(highest)} in ${slot_ms >= 60_000 ? `${slot_ms / 60_000} min` : `${slot_ms / 1000} s`}`,
      ),
    ),
    svg(
      'svg',
      { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
      ...bars,
    ),
    h(
      'div',
      { class: 'axis', 'aria-hidden': 'true' },
      h('span', {}, clockOf(since)),
      h('span', {}, clockOf((since + until) / 2)),
      h('span', {}, clockOf(until)),
    ),
  )
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, value) => total + value, 0)
}

function totalsOf(series: CountsBody['series']): Record<string, number> {
  const totals: Record<string, number> = {}
  for (const name of ['2', '3', '4', '5']) {
    const total = series.reduce((all, { counts }) => all + (counts[name] ?? 0), 0)
    if (total > 0) totals[names[name] as string] = total
  }
  return totals
}

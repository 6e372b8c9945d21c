import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Results, verdictOf } from '../bench/figure.ts'
import { renderResults, renderSummary, replaceFigures } from '../bench/render.ts'
import { root } from './laws/sources.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const results = JSON.parse(read('bench/RESULTS.json')) as Results

test("README's figures are those that were measured", () => {
  const document = read('README.md')
  expect(document).toBe(replaceFigures(document, renderSummary(results)))
})

test('the page on performance shows all figures that were measured', () => {
  const document = read('docs/performance.md')
  expect(document).toBe(replaceFigures(document, renderResults(results, 3)))
})

test('the figures were measured against the peers that are installed', () => {
  const { dependencies } = JSON.parse(read('bench/peers/package.json')) as { dependencies: object }
  expect(results.versions).toEqual(dependencies)
})

test('a figure that could not be measured stands there by name, with the reason', () => {
  const figures = [{ kind: 'missing', name: 'keyed POST, Postgres', why: 'postgres is not installed' }] as const
  const shown = renderResults({ ...results, groups: [{ title: 'Stores', figures }] }, 2)
  expect(shown).toMatch(/## Stores\n\n(.*\n){2}\| keyed POST, Postgres \| postgres is not installed +\|/)
})

test('a figure is judged by its goal and its floor, whichever side is better', () => {
  const judge = (median: number, better: 'higher' | 'lower', goal: number, floor: number) =>
    verdictOf({
      kind: 'quantity',
      name: 'a figure',
      unit: 'B',
      value: { median, lowest: 0, highest: 0 },
      target: { goal, floor, better },
    })
  expect([95, 85, 75].map((value) => judge(value, 'higher', 90, 80))).toEqual(['goal', 'floor', 'below floor'])
  expect([5, 15, 25].map((value) => judge(value, 'lower', 10, 20))).toEqual(['goal', 'floor', 'below floor'])
})

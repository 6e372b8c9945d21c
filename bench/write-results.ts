import { readFileSync, writeFileSync } from 'node:fs'
import type { Results } from './figure.ts'
import { renderResults, renderSummary, replaceFigures } from './render.ts'

const place = (file: string) => new URL(file, import.meta.url)

/** Writes results down, and into the documents that show them. */
export function writeResults(results: Results): void {
  writeFileSync(place('RESULTS.json'), `${JSON.stringify(results, undefined, 2)}\n`)
  writeFileSync(place('RESULTS.md'), `# Results\n\nWritten by \`npm run bench\`. ${renderResults(results, 2)}\n`)
  const replace = (file: string, figures: string) =>
    writeFileSync(place(file), replaceFigures(readFileSync(place(file), 'utf8'), figures))
  replace('../README.md', renderSummary(results))
  replace('../docs/performance.md', renderResults(results, 3))
}

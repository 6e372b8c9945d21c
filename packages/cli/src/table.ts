import { oneLine } from './terminal.ts'

/** Rows under titles, each column as wide as its widest cell. Cells may hold what came from outside. */
export function tableOf(titles: readonly string[], cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map(oneLine))
  const widths = titles.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)))
  const lineOf = (row: readonly string[]) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd()
  return [titles, ...rows].map(lineOf).join('\n')
}

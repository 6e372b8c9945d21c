/** Something that is counted, with its text for Prometheus. */
export interface Metric {
  /** Its lines in the text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). */
  text(): string
}

export interface Counter extends Metric {
  /** Adds one to the series of these label values. */
  add(...labels: readonly string[]): void
}

export interface Histogram extends Metric {
  observe(value: number, ...labels: readonly string[]): void
}

/** Makes a counter; each set of label values is a series. */
export function counter(name: string, help: string, labelNames: readonly string[]): Counter {
  const series = new Map<string, number>()
  return {
    add(...labels) {
      const key = labelText(labelNames, labels)
      series.set(key, (series.get(key) ?? 0) + 1)
    },
    text: () => head(name, help, 'counter') + [...series].map(([key, value]) => line(name, key, value)).join(''),
  }
}

/** Makes a gauge whose value is read when it is asked for. */
export function gauge(name: string, help: string, read: () => number): Metric {
  return { text: () => head(name, help, 'gauge') + line(name, '', read()) }
}

/**
 * Makes a histogram with these upper bounds.
 * @throws {TypeError} for bounds that do not ascend
 */
export function histogram(
  name: string,
  help: string,
  labelNames: readonly string[],
  bounds: readonly number[],
): Histogram {
  if (bounds.some((bound, index) => !Number.isFinite(bound) || bound <= (bounds[index - 1] ?? -Infinity))) {
    throw new TypeError(`${name}: the buckets do not ascend. Remedy: finite numbers in ascending order.`)
  }
  const series = new Map<string, { readonly counts: number[]; sum: number }>()

  function linesOf([key, { counts, sum }]: [string, { readonly counts: readonly number[]; readonly sum: number }]) {
    let total = 0
    const buckets = counts.map((count, index) => {
      total += count
      return line(`${name}_bucket`, `${key},le="${index < bounds.length ? bounds[index] : '+Inf'}"`, total)
    })
    return `${buckets.join('')}${line(`${name}_sum`, key, sum)}${line(`${name}_count`, key, total)}`
  }

  return {
    observe(value, ...labels) {
      const key = labelText(labelNames, labels)
      let found = series.get(key)
      if (found === undefined) {
        found = { counts: Array.from({ length: bounds.length + 1 }, () => 0), sum: 0 }
        series.set(key, found)
      }
      const index = bounds.findIndex((bound) => value <= bound)
      const place = index === -1 ? bounds.length : index
      found.counts[place] = (found.counts[place] ?? 0) + 1
      found.sum += value
    },
    text: () => head(name, help, 'histogram') + [...series].map(linesOf).join(''),
  }
}

function head(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`
}

function line(name: string, labels: string, value: number): string {
  return `${name}${labels === '' ? '' : `{${labels}}`} ${value}\n`
}

function labelText(names: readonly string[], values: readonly string[]): string {
  return names.map((name, index) => `${name}="${escaped(values[index] ?? '')}"`).join(',')
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

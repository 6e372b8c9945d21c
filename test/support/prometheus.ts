/** One line of a Prometheus text: name, labels, value. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (NaN|[+-]Inf|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/
const label = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y

/**
 * Reads the text format 0.0.4 and holds it to its rules: every sample has its HELP and TYPE before it, a family stands in
 * one piece, no series stands twice, a histogram's buckets ascend and end in its count.
 * @throws {Error} naming the line
 */
export function parsePrometheus(text: string): Sample[] {
  if (!text.endsWith('\n')) throw new Error('the text does not end in a line break')
  const samples: Sample[] = []
  const types = new Map<string, string>()
  const helped = new Set<string>()
  const seen = new Set<string>()
  let family = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line)
    if (comment !== null) {
      const [, kind, name = '', rest = ''] = comment
      if (kind === 'HELP') {
        if (helped.has(name)) throw new Error(`twice: ${line}`)
        helped.add(name)
        continue
      }
      if (types.has(name) || !helped.has(name) || !/^(counter|gauge|histogram|summary|untyped)$/.test(rest)) {
        throw new Error(`misplaced: ${line}`)
      }
      types.set(name, rest)
      family = name
      continue
    }
    const sample = parseSample(line)
    const ofFamily =
      types.get(family) === 'histogram' ? new RegExp(`^${family}_(bucket|sum|count)$`) : new RegExp(`^${family}$`)
    if (!ofFamily.test(sample.name)) throw new Error(`outside of its family: ${line}`)
    const series = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`
    if (seen.has(series)) throw new Error(`twice: ${line}`)
    seen.add(series)
    samples.push(sample)
  }
  for (const [name, type] of types) if (type === 'histogram') checkHistogram(name, samples)
  return samples
}

function parseSample(line: string): Sample {
  const match = sampleLine.exec(line)
  if (match === null) throw new Error(`no sample: ${line}`)
  const [, name = '', text = '', value = ''] = match
  const labels: Record<string, string> = {}
  label.lastIndex = 0
  while (label.lastIndex < text.length) {
    const found = label.exec(text)
    if (found === null || found[1]! in labels) throw new Error(`bad labels: ${line}`)
    labels[found[1]!] = found[2]!.replace(/\\(["\\n])/g, (_, sign) => (sign === 'n' ? '\n' : sign))
  }
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) }
}

function checkHistogram(name: string, samples: readonly Sample[]): void {
  const series = new Map<string, Sample[]>()
  for (const sample of samples.filter((one) => one.name === `${name}_bucket`)) {
    const { le: _le, ...rest } = sample.labels
    const key = JSON.stringify(rest)
    series.set(key, [...(series.get(key) ?? []), sample])
  }
  for (const [key, buckets] of series) {
    const bounds = buckets.map(({ labels }) => Number((labels.le ?? '').replace('Inf', 'Infinity')))
    const counts = buckets.map(({ value }) => value)
    const ascend = (numbers: readonly number[]) =>
      numbers.every((one, index) => one >= (numbers[index - 1] ?? -Infinity))
    const count = samples.find((one) => one.name === `${name}_count` && JSON.stringify(one.labels) === key)?.value
    const sum = samples.find((one) => one.name === `${name}_sum` && JSON.stringify(one.labels) === key)?.value
    if (
      !ascend(bounds) ||
      bounds.at(-1) !== Infinity ||
      !ascend(counts) ||
      counts.at(-1) !== count ||
      sum === undefined
    ) {
      throw new Error(`not a histogram: ${name}${key}`)
    }
  }
}

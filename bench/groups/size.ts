// What a page loads of a client: bundled, minified, compressed.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import type { Target } from '../figure.ts'
import type { Measure } from '../measure.ts'
import { spreadOf } from '../statistics.ts'

const peers = fileURLToPath(new URL('../peers', import.meta.url))
const program = join(peers, 'program.js')

interface Bundle {
  readonly name: string
  readonly source: string
  readonly target?: Target
}

const bundles: readonly Bundle[] = [
  {
    name: 'culpa, all formats',
    source: "export { createClient } from 'culpa/client'",
    target: { goal: 5, floor: 7, better: 'lower' },
  },
  {
    name: 'culpa, one format',
    source:
      "import { createClient, stripeReader } from 'culpa/client/core'; export const make = (options) => createClient({ ...options, readers: [stripeReader] })",
    target: { goal: 5, floor: 7, better: 'lower' },
  },
  { name: 'ky', source: "export { default } from 'ky'" },
  {
    name: 'axios with axios-retry',
    source: "export { default } from 'axios'; export { default as retry } from 'axios-retry'",
  },
]

export const size: Measure = {
  title: 'Size of a client in a page, compressed',
  figures: bundles.map(({ name, source, target }) => ({
    name,
    async measure() {
      const value = spreadOf([(await compressedBytes(source)) / 1000])
      return { kind: 'quantity', name, unit: 'KB', value, ...(target !== undefined && { target }) }
    },
  })),
}

async function compressedBytes(source: string): Promise<number> {
  const built = await rolldown({
    input: program,
    platform: 'browser',
    resolve: { conditionNames: ['culpa-source', 'browser', 'import', 'default'] },
    plugins: [
      {
        name: 'given',
        resolveId: (id) => (id === program ? join(dirname(program), 'program.js') : null),
        load: (id) => (id === program ? source : null),
      },
    ],
  })
  const { output } = await built.generate({ format: 'esm', minify: true })
  await built.close()
  return gzipSync(output[0].code, { level: 9 }).length
}

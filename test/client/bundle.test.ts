import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'
import { librarySources } from '../laws/sources.ts'

const client = join(librarySources, 'client')

/** What a page loads of a file, minified and compressed. */
async function bundle(file: string, program = '') {
  const entry = program === '' ? join(client, file) : 'program'
  const given = {
    name: 'given',
    resolveId: (id: string) => (id === 'program' ? id : null),
    load: (id: string) => (id === 'program' ? program : null),
  }
  const built = await rolldown({ input: entry, plugins: [given] })
  const { output } = await built.generate({ format: 'esm', minify: true })
  await built.close()
  const files = output[0].moduleIds.map((id) => id.replace(/^.*\/src\//, ''))
  return { bytes: gzipSync(output[0].code, { level: 9 }).length, files }
}

test('a whole client, with all errors and the reading of every format, is at most 8.1 KB', async () => {
  const { bytes, files } = await bundle('create-client.ts')
  expect(bytes).toBeLessThanOrEqual(8130)
  expect(files.filter((file) => !/^(client|formats)\//.test(file))).toEqual([])
  expect(files.filter((file) => /testing|scripted|fake|seeded/.test(file))).toEqual([])
})

test('a client that reads one format has no byte of the others, and is at most 7.2 KB', async () => {
  const path = JSON.stringify(join(client, 'core.ts'))
  const program = `import { createClient, stripeReader } from ${path}; export const make = (o) => createClient({ ...o, readers: [stripeReader] })`
  const { bytes, files } = await bundle('', program)
  expect(bytes).toBeLessThanOrEqual(7160)
  expect(files.filter((file) => /google|jsonapi|problem|error-list|currents|field-errors/.test(file))).toEqual([])
})

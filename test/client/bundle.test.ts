import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'
import { librarySources } from '../laws/sources.ts'

const client = join(librarySources, 'client')

/** What a page loads that makes a client, minified and compressed. */
async function bundle() {
  const built = await rolldown({ input: join(client, 'create-client.ts') })
  const { output } = await built.generate({ format: 'esm', minify: true })
  await built.close()
  const files = output[0].moduleIds.map((id) => id.replace(/^.*\/src\//, ''))
  return { bytes: gzipSync(output[0].code, { level: 9 }).length, files }
}

test('a whole client, with all errors and the reading of every format, is at most 8 KB', async () => {
  const { bytes, files } = await bundle()
  expect(bytes).toBeLessThanOrEqual(8000)
  expect(files.filter((file) => !/^(client|formats)\//.test(file))).toEqual([])
  expect(files.filter((file) => /testing|scripted|fake|seeded/.test(file))).toEqual([])
})

import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'
import { librarySources } from '../laws/sources.ts'

const client = join(librarySources, 'client')

/** Where errors are made of what came: not a part of what sends, waits and retries. */
const errors = /(response-error|response-errors|connection-failures|error-envelope|completed)\.ts$/

/** What a page loads that makes a client, minified and compressed. */
async function bundle(without = /^$/) {
  const leaveOut = {
    name: 'leave out',
    resolveId: (id: string) => (without.test(id) ? { id: 'errors', external: true } : null),
  }
  const built = await rolldown({ input: join(client, 'create-client.ts'), plugins: [leaveOut] })
  const { output } = await built.generate({ format: 'esm', minify: true })
  await built.close()
  const files = output[0].moduleIds.map((id) => id.replace(/^.*\/src\//, ''))
  return { bytes: gzipSync(output[0].code, { level: 9 }).length, files }
}

test('what sends, waits and retries is at most 5 KB', async () => {
  const { bytes, files } = await bundle(errors)
  expect(bytes).toBeLessThanOrEqual(5100)
  expect(files.filter((file) => file.startsWith('formats/'))).toEqual([])
})

test('a whole client, with all errors and the reading of every format, is at most 9.5 KB', async () => {
  const { bytes, files } = await bundle()
  expect(bytes).toBeLessThanOrEqual(9500)
  expect(files.filter((file) => !/^(client|formats)\//.test(file))).toEqual([])
  expect(files.filter((file) => /testing|scripted|fake|seeded/.test(file))).toEqual([])
})

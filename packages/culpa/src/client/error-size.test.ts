import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'

const here = fileURLToPath(new URL('.', import.meta.url))

/** What a page loads that uses these exports, and what is in it. */
async function bundle(imports: Readonly<Record<string, readonly string[]>>) {
  const names = Object.values(imports).flat()
  const lines = Object.entries(imports).map(([file, list]) => `import { ${list.join(', ')} } from '${here}${file}'`)
  const code = `${lines.join('\n')}\nglobalThis.used = [${names.join(', ')}]`
  const entry = {
    name: 'entry',
    resolveId: (id: string) => (id === 'entry' ? id : null),
    load: (id: string) => (id === 'entry' ? code : null),
  }
  const built = await rolldown({ input: 'entry', plugins: [entry] })
  const { output } = await built.generate({ format: 'esm', minify: true })
  await built.close()
  const { code: text, moduleIds } = output[0]
  const files = moduleIds.filter((id) => id !== 'entry').map((id) => id.replace(/^.*\/src\//, ''))
  return { bytes: gzipSync(text, { level: 9 }).length, text, files }
}

test.each(['isApiError', 'apiErrorGuard', 'isApiClientError', 'isApiConnectionError', 'isRequestAbortedError'])(
  'a page that imports the guard %s alone loads no class and less than 1.5 KB',
  async (guard) => {
    const { bytes, text, files } = await bundle({ 'index.ts': [guard] })
    expect(bytes).toBeLessThanOrEqual(300)
    expect(text).not.toContain('class')
    expect(files.sort()).toEqual(['client/brand.ts', 'client/guards.ts'])
  },
)

test('a page that imports one class of error loads no other but those above it', async () => {
  const { bytes, text } = await bundle({ 'index.ts': ['CardError'] })
  expect(bytes).toBeLessThanOrEqual(1050)
  expect(text.match(/(?<=kind=`)\w+/g)).toEqual(['ApiClientError', 'ApiResponseError', 'CardError'])
})

test('a page that reads errors of a worker loads the classes and nothing that calls a server', async () => {
  const { bytes, text } = await bundle({ 'index.ts': ['fromJSON'] })
  expect(bytes).toBeLessThanOrEqual(1710)
  expect(text).not.toMatch(/fetch|retry-after/)
})

test('all errors and the reading of every format bring no encoder, no schema and nothing of the server', async () => {
  const { bytes, text, files } = await bundle({
    'response-error.ts': ['responseError'],
    'connection-failures.ts': ['connectionError', 'abortedError'],
    'error-envelope.ts': ['isErrorEnvelope'],
    '../formats/all-readers.ts': ['allReaders'],
  })
  expect(bytes).toBeLessThanOrEqual(4160)
  expect(text).not.toMatch(/additionalProperties|mediaType|INVALID_ARGUMENT/)
  expect(files.filter((file) => !/^(client|formats)\//.test(file))).toEqual([])
})

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../laws/sources.ts'
import { documents } from './documents.ts'

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'culpa-redocly-'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Everything that Redocly's recommended rules find, warnings included. It asks nobody outside. */
function lint(files: Readonly<Record<string, object>>): Promise<readonly string[]> {
  for (const [name, document] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(document))
  const program = join(root, 'node_modules/@redocly/cli/bin/cli.js')
  const flags = ['lint', ...Object.keys(files), '--extends=recommended', '--format=checkstyle', '--max-problems=1000']
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...flags],
      { cwd: folder, env, maxBuffer: 64_000_000 },
      (failure, stdout, stderr) => {
        const found = [...stdout.matchAll(/<error [^>]*>/g)].map(([line]) => line)
        const isWhole = failure === null || found.length > 0
        resolve(isWhole ? found : [...found, stderr])
      },
    )
  })
}

test('Redocly finds nothing in the twelve documents', async () => {
  const files = documents.map(({ name, version, document }) => [`${name}-${version}.json`, document] as const)
  expect(await lint(Object.fromEntries(files))).toEqual([])
})

test('Redocly would find an example that its schema refuses', async () => {
  const { document } = documents[0] as (typeof documents)[number]
  const broken = JSON.parse(JSON.stringify(document).replaceAll('"doc_url":"http', '"doc_page":"http'))
  expect((await lint({ 'broken.json': broken })).join()).toContain('no-invalid-media-type-examples')
})

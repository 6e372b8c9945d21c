import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createClient } from '@hey-api/openapi-ts'
import openapiTypescript, { astToString } from 'openapi-typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../laws/sources.ts'
import { documents } from './documents.ts'

let folder = ''

/** Clients of all documents, made by both generators, each with its name and version as folder. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'culpa-clients-'))
  for (const { name, version, document } of documents) {
    const output = join(folder, `${name}-${version}`)
    mkdirSync(output)
    const plain = JSON.parse(JSON.stringify(document))
    writeFileSync(join(output, 'types.ts'), astToString(await openapiTypescript(plain, { silent: true })))
    await createClient({
      input: plain,
      output: { path: join(output, 'hey'), clean: true },
      logs: { level: 'silent' },
      plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'],
    })
  }
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What the project's own compiler says of files in the folder. */
async function compile(...files: readonly string[]): Promise<string> {
  const flags = ['--noEmit', '--strict', '--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2024']
  const platform = ['--lib', 'es2024,dom,dom.iterable', '--types', '']
  const program = [process.execPath, join(root, 'node_modules/typescript/bin/tsc')] as const
  const run = promisify(execFile)(program[0], [program[1], ...flags, ...platform, ...files], { cwd: folder })
  return run.then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  )
}

test('the clients of both generators compile under strict', async () => {
  const files = documents.flatMap(({ name, version }) => [
    `${name}-${version}/types.ts`,
    `${name}-${version}/hey/index.ts`,
  ])
  expect(await compile(...files)).toBe('')
})

test('openapi-typescript: an error narrows by its code, details included, and by its status', async () => {
  writeFileSync(
    join(folder, 'narrow-types.ts'),
    `import type { paths } from './stripe-3.1/types.ts'
    import type { paths as listed } from './error-list-3.2/types.ts'
    import type { paths as plain } from './field-errors-3.1/types.ts'
    type Failed = paths['/v1/charges']['post']['responses']
    export function one(body: Failed[402]['content']['application/json']) {
      if (body.error.code === 'card_declined') return body.error.decline_code satisfies string
      body.error.code satisfies 'expired_card' | 'incorrect_cvc' | 'processing_error'
      // @ts-expect-error: not a code of this status
      return body.error.code === 'rate_limited'
    }
    export function any(body: Failed[400 | 402]['content']['application/json']) {
      // @ts-expect-error: only declined cards have it
      body.error.decline_code
      switch (body.error.code) {
        case 'card_declined': return body.error.charge satisfies string
        case 'amount_too_small': return body.error.type satisfies 'invalid_request_error'
        default: return body.error.message satisfies string
      }
    }
    export function list(body: listed['/error-list/v1/charges']['post']['responses'][400]['content']['application/json']) {
      for (const entry of body.errors) if (entry.code === 'amount_too_small') return entry.param satisfies string | undefined
    }
    type Refused = plain['/field-errors/v1/payments']['post']['responses'][422]
    export function header(headers: Refused['headers'], body: Refused['content']['application/json']) {
      headers['Error-Code'] satisfies 'idempotency_key_reused' | 'payment_declined' | 'validation_failed'
      return body.errors?.email satisfies string[] | undefined
    }
    // @ts-expect-error: the page of this system has no 402
    export type None = plain['/field-errors/v1/payments']['post']['responses'][402]
    `,
  )
  expect(await compile('narrow-types.ts')).toBe('')
})

test('@hey-api/openapi-ts: the error of a call narrows by its code', async () => {
  writeFileSync(
    join(folder, 'narrow-hey.ts'),
    `import { postV1Charges } from './stripe-3.1/hey'
    export async function charge() {
      const { error, data } = await postV1Charges({ body: { amount: 2000, currency: 'usd', source: 'tok_visa' } })
      if (error === undefined) return data
      if (error.error.code === 'card_declined') return error.error.decline_code satisfies string
      // @ts-expect-error: only declined cards have it
      error.error.decline_code
      // @ts-expect-error: no code of this operation
      return error.error.code === 'no_such_code'
    }
    // @ts-expect-error: the amount is missing
    postV1Charges({ body: { currency: 'usd', source: 'tok_visa' } })
    `,
  )
  expect(await compile('narrow-hey.ts')).toBe('')
})

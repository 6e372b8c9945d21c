import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { curlOfEntry } from '../../packages/cli/src/console/page/curl.ts'
import type { EntryBody } from '../../packages/cli/src/console/wire.ts'

const origin = 'http://localhost:4000'

/** The arguments that a shell hands to curl for a request in the log. */
function argumentsFor(target: string, headers: readonly [string, string][], body: string | null = null): string[] {
  const method = body === null ? 'GET' : 'POST'
  // The command is made of these alone.
  const entry = { method, target, request: { headers, body, note: null } } as unknown as EntryBody
  const shell = `curl() { printf '%s\\0' "$@"; }\n${curlOfEntry(entry, origin)}`
  return execFileSync('sh', ['-c', shell], { encoding: 'utf8' }).split('\0').slice(0, -1)
}

test('a body that names a file sends its name, not the file of whoever runs the command', () => {
  expect(argumentsFor('/a', [['content-type', 'text/plain']], '@/etc/hostname').slice(-2)).toEqual([
    '--data-raw',
    '@/etc/hostname',
  ])
})

test('what a stranger sent is one argument, whatever the shell could take it for', () => {
  const hostile = '\'; touch /tmp/x; $(id) `id` \\ " \n#'
  expect(argumentsFor('/a', [['x-a', hostile]], hostile)).toEqual([
    '-i',
    '-X',
    'POST',
    `${origin}/a`,
    '-H',
    `x-a: ${hostile}`,
    '-H',
    'content-type:',
    '--data-raw',
    hostile,
  ])
})

test('curl leaves brackets, dots and empty headers as they were', () => {
  expect(argumentsFor('/a/../b?card[number]=[redacted]', [['x-empty', '']])).toEqual([
    '-i',
    '--globoff',
    '--path-as-is',
    `${origin}/a/../b?card[number]=[redacted]`,
    '-H',
    'x-empty;',
  ])
})

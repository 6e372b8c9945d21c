import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type TriggerStep, toCurl } from './curl.ts'

const step: TriggerStep = { method: 'GET', path: '/v1/charges', headers: {}, body: null }
const at = 'http://localhost:4000'

/** The arguments that a shell hands to curl. */
function argumentsOf(command: string): string[] {
  const shell = `curl() { printf '%s\\0' "$@"; }\n${command}`
  return execFileSync('sh', ['-c', shell], { encoding: 'utf8' }).split('\0').slice(0, -1)
}

test('a plain request is one line; methods are named where they are not implied', () => {
  expect(toCurl({ code: 'x', steps: [step] }, at)).toBe('curl -i http://localhost:4000/v1/charges')
  const remove = { ...step, method: 'DELETE' }
  expect(toCurl({ code: 'x', steps: [remove] }, at)).toBe('curl -i -X DELETE http://localhost:4000/v1/charges')
  const post = { ...step, method: 'POST', body: 'a=1' }
  expect(toCurl({ code: 'x', steps: [post] }, at)).toBe('curl -i http://localhost:4000/v1/charges \\\n  --data-raw a=1')
})

test('a shell hands on paths, headers and bodies exactly as they are', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((one) => !/\0|\{\{/.test(one))
  fc.assert(
    fc.property(text, text, text, (path, header, body) => {
      const command = toCurl({ code: 'x', steps: [{ method: 'PUT', path, headers: { 'x-a': header }, body }] }, at)
      const own = argumentsOf(command).filter((one) => one !== '--globoff' && one !== '--path-as-is')
      expect(own).toEqual(['-i', '-X', 'PUT', at + path, '-H', `x-a: ${header}`, '--data-raw', body])
    }),
    { numRuns: 50 },
  )
})

test('curl is told to leave brackets and dots in a path as they are', () => {
  const optionsFor = (path: string) => argumentsOf(toCurl({ code: 'x', steps: [{ ...step, path }] }, at)).slice(1, -1)
  expect(optionsFor('/a?card[number]=1')).toEqual(['--globoff'])
  expect(optionsFor('/a/../{b}')).toEqual(['--globoff', '--path-as-is'])
  expect(optionsFor('/a?b={{unique}}')).toEqual([])
})

test('placeholders are filled in by the shell: one fresh value for all steps, and so many letters', () => {
  const steps = [1, 2].map(() => ({ ...step, headers: { a: 'k-{{unique}}', b: '{{pad:5}}' }, body: "'{{unique}}'" }))
  const [, , , , , first, , pad, , body] = argumentsOf(toCurl({ code: 'x', steps }, at))
  expect(first).toMatch(/^a: k-\w{10,}$/)
  expect(pad).toBe('b: xxxxx')
  expect(body).toBe(`'${first?.slice(5)}'`)
  expect(new Set(argumentsOf(toCurl({ code: 'x', steps }, at)).filter((one) => one.startsWith('a: '))).size).toBe(1)
})

test('cleaning up comes last, and several at once are started together', () => {
  const command = toCurl({ code: 'x', steps: [{ ...step, concurrent: 3 }], cleanup: [{ ...step, path: '/off' }] }, at)
  expect(command.split('\n')).toEqual([
    'for i in $(seq 3); do',
    '  curl -i http://localhost:4000/v1/charges &',
    'done',
    'wait',
    '# Afterwards:',
    'curl -i http://localhost:4000/off',
  ])
})

test('raw bytes go out as they are', () => {
  const raw = "GET / HTTP/1.1\r\nX: 100% of 'it' \\n\r\n\r\n"
  const command = toCurl({ code: 'x', steps: [{ ...step, raw }] }, at).replace(/; sleep 12; \} \|.*$/, '; }')
  expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe(raw)
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordedAnswers } from '../../examples/sandbox/recorded-answers.ts'
import { siteTriggers } from '../../examples/sandbox/site-triggers.ts'
import { recordedOrigin } from '../../examples/sandbox/stand-ins.ts'
import { documentedSystems } from '../support/documented.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'
import { toRecorded } from '../support/recorded.ts'
import { provoke } from '../support/run-steps.ts'

const names = [...documentedSystems.map(({ name }) => name), 'sandbox']
const types = {
  '': 'text/html; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.json': 'application/json',
  '/all-codes.json': 'application/json',
  '/all-codes.md': 'text/markdown; charset=utf-8',
  '/llms.txt': 'text/plain; charset=utf-8',
  '/reference.css': 'text/css; charset=utf-8',
  '/reference.js': 'text/javascript; charset=utf-8',
} as const
let sandbox: LiveSandbox

beforeAll(async () => {
  sandbox = await openSandbox()
})
afterAll(() => sandbox?.close())

/** Asks as a client that accepts these types. */
async function get(path: string, accept = '*/*') {
  const response = await fetch(sandbox.url + path, { headers: { accept } })
  const { status, headers } = response
  return { status, headers, type: headers.get('content-type'), text: await response.text() }
}

describe.each(names)('the reference of %s', (name) => {
  const docs = `/${name}/errors`

  test('is there as a whole', async () => {
    for (const [file, type] of Object.entries(types)) {
      const { status, type: sent } = await get(docs + file)
      expect([status, sent], file).toEqual([200, type])
    }
  })

  test('has a page of each code, in three forms, with a command or why there is none', async () => {
    const { codes } = JSON.parse((await get(`${docs}/all-codes.json`)).text)
    for (const { code, provoke: commands, unprovokable } of codes) {
      for (const form of ['', '.md', '.json'] as const) {
        const { status, type, text } = await get(`${docs}/${code}${form}`)
        expect([status, type], code).toEqual([200, types[form]])
        expect(text).toContain(code)
      }
      if (name === 'sandbox') continue
      expect([commands.length > 0, unprovokable !== undefined], code).toContain(true)
      for (const { curl } of commands) expect(curl).toContain(`localhost:${sandbox.port}`)
    }
  })

  test('gives the form that a request accepts, at the address of the page', async () => {
    for (const page of [docs, `${docs}/internal_error`]) {
      for (const [accept, form] of [
        ['text/html', ''],
        ['text/markdown', '.md'],
        ['application/json', '.json'],
        ['application/json;q=0.5, text/markdown;q=0.6', '.md'],
        ['*/*', ''],
      ] as const) {
        const answer = await get(page, accept)
        expect([answer.status, answer.type], accept).toEqual([200, types[form]])
        expect(answer.headers.get('vary')).toMatch(/\baccept\b/i)
        expect(answer.text).toBe((await get(page + form)).text)
      }
    }
    expect((await get(`${docs}/internal_error.md`, 'text/html')).type).toBe(types['.md'])
    expect((await get(docs, 'image/png')).headers.get('error-code')).toBe('not_acceptable')
  })
})

test('a code or a system that there is not is a 404 whose help link resolves', async () => {
  for (const path of ['/stripe/errors/never_declared', '/stripe/errors/a/b', '/nothing/errors/card_declined']) {
    const { status, headers, type } = await get(path)
    expect([status, type], path).toEqual([404, 'application/problem+json'])
    const help = /^<([^>]+)>; rel="help"$/.exec(headers.get('link') ?? '')?.[1] ?? ''
    expect((await fetch(help)).status, help).toBe(200)
  }
})

test('llms.txt leads to that of each system', async () => {
  const { text } = await get('/llms.txt')
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => new URL(link, sandbox.url).pathname)
  expect(links).toEqual([...documentedSystems.map(({ name }) => `/${name}/errors/llms.txt`), '/sandbox.json'])
  for (const link of links) expect((await get(link)).status, link).toBe(200)
})

test('the sandbox’s own operations answer as their pages show, to the byte (else: npm run record)', async () => {
  const recorded = recordedAnswers('sandbox', recordedOrigin)
  expect(siteTriggers.map(({ code }) => code).sort()).toEqual(Object.keys(recorded).sort())
  for (const trigger of siteTriggers) {
    const { answer } = await provoke(sandbox.port, trigger)
    expect([answer.status, answer.headers['error-code']]).toEqual([trigger.status, trigger.code])
    expect(toRecorded(answer, sandbox.port), trigger.code).toEqual(recorded[trigger.code])
  }
})

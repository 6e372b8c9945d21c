import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { answer, type Misdeed } from '../client/misbehaving-server.ts'
import { launchChromium } from '../support/chromium.ts'
import { programFor } from '../support/program.ts'
import { bundle, writeProgram } from './program.ts'
import { scenarioSuite } from './scenario.suite.ts'
import { startScenarioServer } from './scenario-server.ts'
import type { Sight } from './scenarios.ts'

const executablePath = programFor('Chromium', 'chromium')
const isMissing = executablePath === undefined
const agent = / (?:Headless)?Chrome\//

const pageScript = `
import * as client from 'culpa/client'
import { runScenarios } from './scenarios.ts'

function askWorker(message) {
  const worker = new Worker('/worker.js', { type: 'module' })
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = ({ message }) => reject(new Error(message))
    worker.postMessage(message)
  })
}

async function openFrame() {
  const frame = Object.assign(document.createElement('iframe'), { src: '/' })
  const loaded = new Promise((resolve) => { frame.onload = resolve })
  document.body.append(frame)
  await loaded
  return frame.contentWindow
}

Object.assign(globalThis, { client, runScenarios, askWorker, openFrame })
`
const workerScript = `
import { createClient } from 'culpa/client'
import { runScenarios } from './scenarios.ts'

onmessage = async ({ data: { servers, baseUrl } }) => {
  if (servers) return postMessage(await runScenarios(servers))
  const { error } = await createClient({ baseUrl, format: 'auto' }).post('/v1/charges', { body: { amount: 13 } }).safe()
  postMessage(error.toJSON())
}
`

let browser: Browser
let pages: Readonly<Record<string, Misdeed>>

beforeAll(async () => {
  if (isMissing) return
  const [page, worker] = await Promise.all([pageScript, workerScript].map((text) => bundle(writeProgram(text), 'esm')))
  const html = '<!doctype html><body><script type=module src=/page.js></script>'
  pages = {
    '/': answer(200, html, { 'content-type': 'text/html' }),
    '/page.js': answer(200, page, { 'content-type': 'text/javascript' }),
    '/worker.js': answer(200, worker, { 'content-type': 'text/javascript' }),
  }
  browser = await launchChromium(executablePath)
})

afterAll(() => browser?.close())

/** What the expression comes to on the page at the URL. */
async function evaluate<Value>(url: string, expression: string): Promise<Value> {
  const page = await browser.newPage()
  try {
    await page.goto(url)
    return await page.evaluate<Value>(expression)
  } finally {
    await page.close()
  }
}

const fromOutside: Sight = { reasons: false, ungranted: false }

scenarioSuite({
  name: 'Chromium: a page of another origin',
  ...{ agent, isMissing, sight: fromOutside, pages: () => pages },
  run: (server) => evaluate(server.otherUrl, `runScenarios(${JSON.stringify(server)})`),
})

scenarioSuite({
  name: 'Chromium: a page of the same origin',
  ...{ agent, isMissing, sight: { ...fromOutside, ungranted: true }, pages: () => pages },
  run: (server) => evaluate(server.url, `runScenarios(${JSON.stringify(server)})`),
})

scenarioSuite({
  name: 'Chromium: a Worker of another origin',
  ...{ agent, isMissing, sight: fromOutside, pages: () => pages },
  run: (server) => evaluate(server.otherUrl, `askWorker({ servers: ${JSON.stringify(server)} })`),
})

describe.skipIf(isMissing)('Chromium: an error of elsewhere', () => {
  async function startPages() {
    const server = await startScenarioServer(pages)
    onTestFinished(async () => void (await server.close()))
    return server
  }

  test('that a Worker posted as JSON is one of its class', async () => {
    const { url, otherUrl } = await startPages()
    const script = `askWorker({ baseUrl: '${url}' }).then((data) => {
      const error = client.fromJSON(data)
      return [error.message, error instanceof client.CardError, client.isApiError(error, 'card_declined')]
    })`
    expect(await evaluate(otherUrl, script)).toEqual(['Your card was declined.', true, true])
  })

  test('that comes from a frame is known by class and by code', async () => {
    const { url } = await startPages()
    const script = `openFrame().then(async (frame) => {
      const there = frame.client.createClient({ baseUrl: '${url}', format: 'auto' })
      const { error } = await there.post('/v1/charges', { body: { amount: 13 } }).safe()
      return [Error, client.CardError, client.RateLimitError].map((one) => error instanceof one)
        .concat(client.isApiError(error, 'card_declined'))
    })`
    expect(await evaluate(url, script)).toEqual([false, true, false, true])
  })
})

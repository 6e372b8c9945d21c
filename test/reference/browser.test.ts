import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createReference, referenceSite, sitePolicy } from 'culpa/reference'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../laws/sources.ts'
import { launchChromium } from '../support/chromium.ts'
import { documentedApis, origin } from '../support/documented-apis.ts'
import { rowsOf } from '../support/html-tables.ts'
import { programFor } from '../support/program.ts'

const [, stripe] = documentedApis[0] as (typeof documentedApis)[number]
const reference = createReference(stripe.api, { baseUrl: origin, triggers: stripe.triggers })
const pages = ['index.html', 'card_declined.html', 'rate_limited.html', 'target_too_long.html']

const file = programFor('the reference in a browser', 'chromium')
let browser: Browser
let folder = ''

beforeAll(async () => {
  if (file !== undefined) browser = await launchChromium(file)
  folder = mkdtempSync(join(tmpdir(), 'culpa-site-'))
  for (const { path, text } of referenceSite(reference)) writeFileSync(join(folder, path), text)
})

afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A page as it stands once its scripts have run. */
async function render(url: string): Promise<string> {
  const page = await browser.newPage()
  try {
    await page.goto(url)
    return await page.content()
  } finally {
    await page.close()
  }
}

test.skipIf(file === undefined).each([
  ['light', 'rgb(255, 255, 255)'],
  ['dark', 'rgb(20, 23, 27)'],
] as const)('on a screen of 360 px in %s nothing overflows and axe finds nothing', async (colorScheme, background) => {
  const page = await browser.newPage({ colorScheme, viewport: { width: 360, height: 640 } })
  for (const name of pages) {
    await page.goto(pathToFileURL(join(folder, name)).href)
    await page.addScriptTag({ path: join(root, 'node_modules/axe-core/axe.min.js') })
    expect(await page.evaluate(inspect), name).toEqual({ violations: [], contrast: true, overflow: 0, background })
  }
  await page.close()
})

/** What axe and a ruler find; it runs in the page. */
const inspect = `(async () => {
  const { violations, passes } = await axe.run()
  const { scrollWidth, clientWidth } = document.documentElement
  return {
    violations: violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')),
    contrast: passes.some(({ id }) => id === 'color-contrast'),
    overflow: scrollWidth - clientWidth,
    background: getComputedStyle(document.body).backgroundColor,
  }
})()`

test.skipIf(file === undefined)('from a disk the search finds codes by their words, and says how many', async () => {
  const dump = await render(`${pathToFileURL(join(folder, 'index.html')).href}?q=card+declined`)
  expect(visibleCodes(dump)).toEqual(['card_declined'])
  expect(dump).toContain(`<output for="search">1 of ${shownCodes.length}</output>`)
})

test.skipIf(file === undefined)('under the strict policy the search works as well', async () => {
  const files = new Map(referenceSite(reference, { links: 'server' }).map((file) => [`/${file.path}`, file]))
  const server = createServer(({ url = '' }, response) => {
    const file = files.get(new URL(url, 'http://host').pathname)
    response.writeHead(file === undefined ? 404 : 200, {
      'content-type': file?.mediaType ?? 'text/plain',
      'content-security-policy': sitePolicy,
      'x-content-type-options': 'nosniff',
    })
    response.end(file?.text)
  }).listen(0, '127.0.0.1')
  try {
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const dump = await render(`http://127.0.0.1:${port}/errors?q=402+card_error+bank`)
    expect(visibleCodes(dump)).toEqual([])
    const other = await render(`http://127.0.0.1:${port}/errors?q=402`)
    expect(visibleCodes(other)).toEqual(shownCodes.filter((code) => statusOf(code) === 402))
  } finally {
    server.close()
  }
})

const shownCodes = reference.codes.filter(({ senders }) => senders.who !== 'none').map(({ code }) => code)

function statusOf(code: string): number | undefined {
  return reference.codes.find((entry) => entry.code === code)?.status
}

/** Without a script every row is visible; the script hides those that do not match. */
function visibleCodes(dump: string): readonly (string | undefined)[] {
  const visible = dump.replace(/<tr hidden="">[\s\S]*?<\/tr>/g, '')
  return rowsOf(visible, 'Every code, with the way to its page').map(([code]) => code)
}

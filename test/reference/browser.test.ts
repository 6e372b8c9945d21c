import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createReference, referenceSite, sitePolicy } from 'culpa/reference'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../laws/sources.ts'
import { render, withoutBrowser } from '../support/chromium.ts'
import { documentedApis, origin } from '../support/documented-apis.ts'
import { rowsOf, textOf } from '../support/html-tables.ts'

const [, stripe] = documentedApis[0] as (typeof documentedApis)[number]
const reference = createReference(stripe.api, { baseUrl: origin, triggers: stripe.triggers })
const pages = ['index.html', 'card_declined.html', 'rate_limited.html', 'target_too_long.html']

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'culpa-site-'))
  for (const { path, text } of referenceSite(reference)) writeFileSync(join(folder, path), text)
  writeFileSync(join(folder, 'axe.js'), readFileSync(join(root, 'node_modules/axe-core/axe.min.js')))
  writeFileSync(join(folder, 'check.html'), checker)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Opens each page in a frame as narrow as a small telephone, and tells what axe and a ruler find. */
const checker = `<!doctype html><title>check</title><pre></pre><script type="module">
const results = {}
for (const page of ${JSON.stringify(pages)}) {
  const frame = document.createElement('iframe')
  frame.style = 'width: 360px; height: 640px; border: 0'
  frame.src = page
  document.body.append(frame)
  await new Promise((resolve) => frame.addEventListener('load', resolve))
  const inside = frame.contentDocument
  const script = inside.createElement('script')
  script.src = 'axe.js'
  inside.head.append(script)
  await new Promise((resolve) => script.addEventListener('load', resolve))
  const { violations, passes } = await frame.contentWindow.axe.run(inside)
  const { scrollWidth, clientWidth } = inside.documentElement
  results[page] = {
    violations: violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')),
    contrast: passes.some(({ id }) => id === 'color-contrast'),
    overflow: scrollWidth - clientWidth,
    background: frame.contentWindow.getComputedStyle(inside.body).backgroundColor,
  }
}
document.querySelector('pre').textContent = JSON.stringify(results)
</script>`

test.skipIf(withoutBrowser).each([
  ['light', '1', 'rgb(255, 255, 255)'],
  ['dark', '0', 'rgb(20, 23, 27)'],
])('on a screen of 360 px in %s nothing overflows and axe finds nothing', async (_scheme, setting, background) => {
  const url = pathToFileURL(join(folder, 'check.html')).href
  const dump = await render(url, '--allow-file-access-from-files', `--blink-settings=preferredColorScheme=${setting}`)
  const results = JSON.parse(textOf(/<pre>([\s\S]*?)<\/pre>/.exec(dump)?.[1] ?? ''))
  for (const page of pages) {
    expect(results[page], page).toEqual({ violations: [], contrast: true, overflow: 0, background })
  }
})

test.skipIf(withoutBrowser)('from a disk the search finds codes by their words, and says how many', async () => {
  const dump = await render(`${pathToFileURL(join(folder, 'index.html')).href}?q=card+declined`)
  expect(visibleCodes(dump)).toEqual(['card_declined'])
  expect(dump).toContain(`<output for="search">1 of ${shownCodes.length}</output>`)
})

test.skipIf(withoutBrowser)('under the strict policy the search works as well', async () => {
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

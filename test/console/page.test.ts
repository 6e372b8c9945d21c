import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { type LiveSandbox, openSandbox } from '../support/live-sandbox.ts'
import { programFor } from '../support/program.ts'
import { inParallel, provoke } from '../support/run-steps.ts'
import { until } from '../support/sandbox-child.ts'

const executablePath = programFor('The page', 'chromium')
const axe = readFileSync(new URL(import.meta.resolve('axe-core')), 'utf8')

/** Names of headers, but for those that depend on how the connection goes on and on who asks. */
const steady = (names: readonly string[]) =>
  names.filter((name) => !/^(?:connection|keep-alive|transfer-encoding|access-control-.*|vary)$/.test(name)).sort()

/** A body whose ids and numbers, fresh in each answer, are all the same. */
const withoutNumbers = (body: unknown) =>
  JSON.parse(
    JSON.stringify(body)
      .replace(/req_\w+|[0-9a-f]{12,}/g, '#')
      .replace(/\d+/g, '0'),
  ) as unknown

describe.skipIf(executablePath === undefined)('the page', () => {
  let sandbox: LiveSandbox
  let browser: Browser
  const pages: Page[] = []
  /** Addresses of every request of every page. */
  const requested: string[] = []
  const problems: string[] = []

  beforeAll(async () => {
    sandbox = await openSandbox()
    browser = await launchChromium(executablePath as string)
  })
  afterAll(async () => {
    await browser?.close()
    await sandbox?.close()
  })
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close()
  })

  async function open(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
    const page = await context.newPage()
    pages.push(page)
    page.setDefaultTimeout(20_000)
    page.on('request', (request) => requested.push(request.url()))
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error' && !/the server responded with a status of/.test(message.text()))
        problems.push(message.text())
    })
    await page.goto(sandbox.url + path)
    await page.waitForSelector('main')
    return page
  }

  async function fail(path = '/v1/customers', headers: Record<string, string> = {}): Promise<string> {
    const response = await fetch(sandbox.url + path, { headers })
    await response.arrayBuffer()
    return response.headers.get('request-id') ?? ''
  }

  const textOf = async (page: Page, selector: string) => (await page.locator(selector).first().textContent()) ?? ''

  async function violationsOf(page: Page): Promise<string[]> {
    await page.evaluate(axe)
    const { violations } = await page.evaluate<{
      violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]
    }>('axe.run(document, { resultTypes: ["violations"] })')
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    )
  }

  test('loads within 60 KB, under a policy that lets nothing else run, and says how fast', async () => {
    const page = await open()
    await page.waitForSelector('.live-state[data-state="live"]')
    const names = requested.filter((url) => url.includes('/console/files/') || url === `${sandbox.url}/`)
    const files = await Promise.all([...new Set(names)].map(async (url) => await fetch(url)))
    let bytes = 0
    for (const file of files) {
      expect(file.status, file.url).toBe(200)
      bytes += gzipSync(await file.bytes()).byteLength
    }
    expect(files.length).toBeGreaterThan(5)
    expect(bytes).toBeLessThan(60 * 1024)
    const policy = files[0]?.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    const cold = await page.evaluate<number>('performance.getEntriesByType("navigation")[0].loadEventEnd')
    console.info(`first load: ${bytes} bytes of gzip, ${Math.round(cold)} ms`)
  })

  test.each(['light', 'dark'] as const)('has nothing for axe to find: %s', async (colorScheme) => {
    await fail()
    const page = await open('/', { colorScheme })
    await page.waitForSelector('.lines .line')
    expect(await violationsOf(page)).toEqual([])
    await page.click('.lines .line')
    await page.click('text="Replay"')
    await page.waitForSelector('.facts')
    expect(await violationsOf(page)).toEqual([])
    await page.click('nav >> text="Groups"')
    await page.waitForSelector('.table')
    expect(await violationsOf(page)).toEqual([])
    await page.click('nav >> text="Try it"')
    await page.click('button[aria-label="Run api_key_missing"]')
    await page.waitForSelector('.exchange')
    expect(await violationsOf(page)).toEqual([])
    await page.setViewportSize({ width: 360, height: 740 })
    await page.goto(`${sandbox.url}/`)
    await page.waitForSelector('.lines .line')
    expect(await violationsOf(page)).toEqual([])
  })

  test('a colour scheme that was chosen is remembered', async () => {
    const page = await open('/', { colorScheme: 'light' })
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    const light = await ground()
    await page.selectOption('select[aria-label="Colours"]', 'dark')
    const dark = await ground()
    expect(dark).not.toBe(light)
    await page.reload()
    await page.waitForSelector('main')
    expect(await ground()).toBe(dark)
  })

  test('a request appears while one looks, and the page says which', async () => {
    const page = await open()
    await page.waitForSelector('.live-state[data-state="live"]')
    const started = performance.now()
    const id = await fail('/capture/v1/nothing-here')
    await page.waitForSelector('.lines .line >> text="/capture/v1/nothing-here"')
    console.info(`a request appeared after ${Math.round(performance.now() - started)} ms`)
    const row = await textOf(page, '.lines .line:has-text("/capture/v1/nothing-here")')
    expect(row).toMatch(/404[\s\S]*route_unknown[\s\S]*guard[\s\S]*declared/)
    await page.click('.lines .line:has-text("/capture/v1/nothing-here")')
    await page.waitForSelector(`.facts >> text=${id}`)
  })

  test('paused it stands still, and resumed it has what came meanwhile', async () => {
    const page = await open()
    await page.waitForSelector('.live-state[data-state="live"]')
    await page.click('text="Pause"')
    await page.waitForSelector('.live-state[data-state="paused"]')
    const id = await fail('/capture/v1/while-paused')
    await until(async () => {
      const { entries } = (await (await fetch(`${sandbox.url}/console/log?request_id=${id}`)).json()) as {
        entries: object[]
      }
      return entries.length > 0 ? true : undefined
    })
    expect(await page.locator('.lines .line:has-text("/capture/v1/while-paused")').count()).toBe(0)
    await page.click('text="Resume"')
    await page.waitForSelector('.lines .line:has-text("/capture/v1/while-paused")')
  })

  test('filters are in the address, and survive a reload', async () => {
    await fail('/v1/customers')
    await fail('/currents/v1/not-there')
    const page = await open()
    await page.check('input[value="4xx"]')
    await page.selectOption('select[aria-label="System"]', 'currents')
    await page.fill('input[aria-label="Code"]', 'route_unknown')
    await page.waitForURL(/status=4xx.*code=route_unknown|code=route_unknown.*status=4xx/)
    await page.locator('.lines .line:has-text("/currents/v1/not-there")').waitFor()
    await page.locator('.lines .line:has-text("/v1/customers")').waitFor({ state: 'detached' })
    await page.reload()
    await page.waitForSelector('.lines .line:has-text("/currents/v1/not-there")')
    expect(await page.isChecked('input[value="4xx"]')).toBe(true)
    expect(await page.inputValue('input[aria-label="Code"]')).toBe('route_unknown')
    const codes = await page.locator('.lines .code').allInnerTexts()
    expect(new Set(codes)).toEqual(new Set(['route_unknown']))
    await page.click('.lines .line')
    await page.waitForURL(/entry=\d+/)
    await page.reload()
    await page.waitForSelector('.facts')
  })

  test('every code of a system comes with one click, and looks as on the wire', async () => {
    const { triggers } = sandbox.system('error-list')
    const page = await open('/?view=try&system=error-list')
    const runnable = triggers
      .map((trigger, index) => ({ ...trigger, index }))
      .filter(({ steps }) => steps !== undefined)
    // The same without a browser. Maintenance refuses all else while it lasts.
    const isAlone = ({ code }: { readonly code: string }) => code === 'maintenance'
    const provoked = (list: typeof runnable) => list.map((trigger) => () => provoke(sandbox.port, trigger))
    const observed = [
      ...(await inParallel(provoked(runnable.filter(isAlone)), 1)),
      ...(await inParallel(provoked(runnable.filter((trigger) => !isAlone(trigger))), 8)),
    ]
    for (const { code, status, index } of runnable) {
      await page.locator(`[data-trigger="error-list/${index}"] button`).click()
      const shown = page.locator('.try-result')
      await shown
        .filter({ has: page.locator(`.verdict .mono:text-is("${code}")`) })
        .locator('.exchange')
        .first()
        .waitFor()
      const responses = await shown.locator('.wire:not(.sent) .body').allInnerTexts()
      const matching = responses.filter(
        (text) => text.startsWith(`HTTP/1.1 ${status} `) && new RegExp(`^error-code: ${code}$`, 'm').test(text),
      )
      expect(matching.length, `${code}: ${responses.join('\n---\n').slice(0, 500)}`).toBeGreaterThan(0)
      const wired = observed.find(({ trigger }) => (trigger as { index?: number }).index === index)?.answer
      const [head = '', body = ''] = (matching[0] ?? '').split(/\n\n([\s\S]*)/)
      const names = head
        .split('\n')
        .slice(1)
        .map((line) => line.split(': ', 1)[0]?.toLowerCase() ?? '')
      expect(steady(names), code).toEqual(steady(Object.keys(wired?.headers ?? {})))
      expect(withoutNumbers(JSON.parse(body)), code).toEqual(withoutNumbers(JSON.parse(wired?.body ?? '')))
    }
  }, 240_000)

  test('a request can be sent again, with the test key of the system', async () => {
    await fail('/v1/customers/cus_none')
    const page = await open('/?code=api_key_missing')
    await page.click('.lines .line:has-text("/v1/customers/cus_none")')
    await page.click('text="Replay"')
    await page.click('text="Send GET"')
    await page.waitForSelector('.replay .exchange')
    expect(await textOf(page, '.replay .wire:not(.sent) .body')).toMatch(
      /^HTTP\/1\.1 404 Not Found[\s\S]*error-code: resource_missing/,
    )
  })

  test('ten thousand lines scroll with few of them in the document', async () => {
    for (let sent = 0; sent < 10_000; sent += 200)
      await Promise.all(Array.from({ length: 200 }, () => fail('/v1/many')))
    const page = await open()
    await page.waitForSelector('.lines .line')
    const most = await page.evaluate<{ most: number; rows: number; slow: number; median: number }>(`(async () => {
      const grid = document.querySelector('.grid')
      const frames = []
      let most = 0
      let last = performance.now()
      const step = () => new Promise(requestAnimationFrame)
      for (let round = 0; round < 2000; round++) {
        const rows = Number(grid.getAttribute('aria-rowcount'))
        if (rows > 10000 && grid.scrollTop + grid.clientHeight >= grid.scrollHeight - 5) break
        grid.scrollTop += 3000
        await step()
        most = Math.max(most, document.querySelectorAll('*').length)
        const now = performance.now()
        frames.push(now - last)
        last = now
      }
      frames.sort((a, b) => a - b)
      return { most, rows: Number(grid.getAttribute('aria-rowcount')), slow: frames.at(-1), median: frames[frames.length >> 1] }
    })()`)
    console.info(
      `10,000 lines: median frame ${most.median.toFixed(1)} ms, longest ${most.slow.toFixed(1)} ms, ${most.most} elements`,
    )
    expect(most.rows).toBeGreaterThan(10_000)
    expect(most.most).toBeLessThan(2500)
  }, 180_000)

  test('lines that arrive do not move what is read', async () => {
    await Promise.all(Array.from({ length: 100 }, () => fail()))
    const page = await open()
    await page.locator('.live-state[data-state="live"]').waitFor()
    await page.evaluate('document.querySelector(".grid").scrollTop = 700')
    const seen = () => page.evaluate<string>('document.elementFromPoint(300, 500).closest(".line").id')
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    const before = await seen()
    await fail('/v1/one-more')
    await page.locator('.fresh').waitFor()
    expect(await seen()).toBe(before)
    await page.locator('.fresh').click()
    await page.locator('.lines .line:has-text("/v1/one-more")').waitFor()
  })

  test('the keyboard is enough: views, filters, lines, details and back', async () => {
    const id = await fail('/v1/by-keyboard')
    const page = await open(`/?request_id=${id}`)
    await page.waitForSelector('.lines .line')
    const focused = () =>
      page.evaluate<string>('document.activeElement.getAttribute("role") ?? document.activeElement.textContent')
    for (let tabs = 0; (await focused()) !== 'grid'; tabs++) {
      expect(tabs).toBeLessThan(30)
      await page.keyboard.press('Tab')
      expect(
        await page.evaluate(
          'getComputedStyle(document.activeElement).outlineStyle !== "none" || document.activeElement.type === "radio"',
        ),
      ).toBe(true)
    }
    await page.keyboard.press('ArrowDown')
    expect(await page.getAttribute('.grid', 'aria-activedescendant')).toMatch(/^line-\d+$/)
    await page.keyboard.press('Enter')
    await page.waitForSelector('.facts')
    await until(async () => ((await focused()) === 'Request' ? true : undefined))
    await page.keyboard.press('Escape')
    expect(await page.locator('.panel').first().isHidden()).toBe(true)
    expect(await focused()).toBe('grid')
  })

  test('what callers send is text, wherever it is shown', async () => {
    const evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
    const response = await fetch(`${sandbox.url}/v1/charges?${new URLSearchParams({ evil })}`, {
      method: 'POST',
      headers: { 'user-agent': evil, 'x-evil': evil, authorization: `Bearer ${sandbox.system('stripe').keys.full}` },
      body: new URLSearchParams({ amount: evil, [evil]: evil, currency: 'usd', source: evil }),
    })
    const page = await open(`/?request_id=${response.headers.get('request-id')}&code=${encodeURIComponent('')}`)
    await page.click('.lines .line')
    await page.waitForSelector('.facts')
    await page.click('text="Replay"')
    expect(await textOf(page, '.panel')).toContain('<img src=x')
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(await page.locator('main img, main script').count()).toBe(0)
  })

  test('usable at 360 pixels: nothing is wider than the screen', async () => {
    await fail()
    const page = await open('/', { viewport: { width: 360, height: 740 } })
    for (const view of ['log', 'groups', 'try']) {
      await page.goto(`${sandbox.url}/?view=${view}`)
      await page.waitForSelector('main > section:not([hidden])')
      expect(await page.evaluate('document.documentElement.scrollWidth'), view).toBeLessThanOrEqual(360)
    }
  })

  test('no request left the machine, and nothing went wrong in any page', () => {
    const hosts = new Set(requested.map((url) => new URL(url).hostname))
    expect([...hosts].sort()).toEqual(['127.0.0.1'])
    expect(problems).toEqual([])
  })
})

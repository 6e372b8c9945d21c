import { type Browser, chromium } from 'playwright-core'

const quiet = [
  ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
]

/** A Chromium without a window, with an empty profile, that talks to nobody unasked. */
export function launchChromium(executablePath: string): Promise<Browser> {
  // Root has no sandbox to put it in; it sees pages of ours alone.
  return chromium.launch({ executablePath, headless: true, args: ['--no-sandbox', ...quiet] })
}

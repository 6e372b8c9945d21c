import { execFile } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/** The browser on this machine, if it has one. */
export const chromium = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find(isExecutable)

/** True where tests in a browser are left out: there is none. CI has to have one. */
export const withoutBrowser = chromium === undefined && process.env.CI !== 'true'
if (withoutBrowser) console.warn('No Chromium on this machine: the tests in a browser are left out.')

/** A page as it stands once its scripts have run. */
export async function render(url: string, ...flags: readonly string[]): Promise<string> {
  if (chromium === undefined) throw new Error('no Chromium. Remedy: apt-get install chromium')
  const profile = mkdtempSync(join(tmpdir(), 'culpa-chromium-'))
  const always = [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    ...['--disable-component-update', `--user-data-dir=${profile}`, '--virtual-time-budget=20000', '--dump-dom'],
  ]
  try {
    const { stdout } = await promisify(execFile)(chromium, [...always, ...flags, url], { maxBuffer: 16_000_000 })
    return stdout
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

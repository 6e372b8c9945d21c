// Runs before `npm start` and `npm test`, on whatever Node the system has: installs what the lock file names,
// once, and again when the lock file changes. Further folders with a lock file of their own can be named.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

for (const folder of ['.', ...process.argv.slice(2)]) install(`${root}${folder}/`)

/** @param {string} folder */
function install(folder) {
  const stampFile = `${folder}node_modules/.culpa-installed`
  const stamp = createHash('sha256')
    .update(readFileSync(`${folder}package-lock.json`))
    .digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  console.error('Installing dependencies (first run, or the lock file changed) …')
  const npm = process.env.npm_execpath
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []]
  // Not `npm ci`: that refuses a lock file written where the registry lacks another platform's optional package.
  const { status } = spawnSync(
    command,
    [...args, 'install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  if (status !== 0) {
    console.error('The installation failed: see above. Remedy: check the network, then run the command again.')
    process.exit(1)
  }
  writeFileSync(stampFile, stamp)
}

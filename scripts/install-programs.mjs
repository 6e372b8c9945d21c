// Runs before `npm test`: installs the programs of the system that tests run and this machine lacks, where root can do
// so with apt-get; elsewhere says how. Never fails: tests that miss a program tell so themselves.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findProgram, programs } from './programs.mjs'

const names = /** @type {import('./programs.mjs').ProgramName[]} */ (Object.keys(programs))
const lacking = () => names.flatMap((name) => (findProgram(name) ? [] : (programs[name].debian ?? [])))

const missing = lacking()
if (missing.length > 0) {
  const install = `apt-get install --no-install-recommends ${missing.join(' ')}`
  if (!existsSync('/usr/bin/apt-get')) say(missing, 'Remedy: install them.')
  else if (process.getuid?.() !== 0) say(missing, `Remedy: sudo ${install}`)
  else installWithApt(install, missing)
}

/**
 * @param {readonly string[]} packages
 * @param {string} why
 */
function say(packages, why) {
  console.error(`Not installed: ${packages.join(', ')}. Tests that need them are skipped. ${why}`)
}

/**
 * Starts no service, now or at the next boot: tests start their own. `RUNLEVEL` tells invoke-rc.d so, `SYSTEMD_OFFLINE`
 * systemctl.
 * @param {string} install
 * @param {readonly string[]} packages
 */
function installWithApt(install, packages) {
  console.error(`Installing programs that tests need: ${install} …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1', SYSTEMD_OFFLINE: '1' }
  /** @param {string} command */
  const run = (command) =>
    spawnSync(command, { shell: true, env, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  run('apt-get update -qq -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2')
  const { stderr } = run(`${install} -qq -y -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2`)
  for (const name of packages) if (existsSync(`/etc/init.d/${name}`)) run(`update-rc.d ${name} disable`)
  const failed = lacking()
  if (failed.length > 0) say(failed, stderr.trim())
}

import { cpus } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'

const lookMs = 500
const longestWaitMs = 20_000

/** Cores that other programs may take where microseconds are told one by one. */
export const quietCores = 0.5

/** Cores that other programs take now: what is busy while this one waits. */
export async function othersCores(): Promise<number> {
  const [before, started] = [busyMs(), performance.now()]
  await wait(lookMs)
  return (busyMs() - before) / (performance.now() - started)
}

/** Waits, not for ever, until others leave the machine alone; what they take then. */
export async function waitForQuiet(): Promise<number> {
  const until = performance.now() + longestWaitMs
  let cores = await othersCores()
  while (cores > quietCores && performance.now() < until) cores = await othersCores()
  return cores
}

/** Of all cores, since the machine was started. */
function busyMs(): number {
  return cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0)
}

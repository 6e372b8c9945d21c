import type { LogEvent } from 'culpa'
import { peppers } from '../../examples/sandbox/test-keys.ts'
import { portsOf } from './leaks.ts'
import type { DescribedSystem, LiveSandbox } from './live-sandbox.ts'
import { childGroup, childrenOf, type SandboxChild } from './sandbox-child.ts'

/** A sandbox that several processes serve, as its user starts it. */
export interface LiveProcesses
  extends Pick<LiveSandbox, 'url' | 'port' | 'systems' | 'system' | 'secrets' | 'events' | 'databaseFile' | 'close'> {
  readonly child: SandboxChild
  /** Process ids of those that serve. */
  serving(): readonly number[]
  /** Removes what one that was killed has left. */
  remove(): Promise<void>
}

/** Starts one with these options, on a free port, with a folder of its own. */
export async function openProcesses(options: readonly string[]): Promise<LiveProcesses> {
  const group = childGroup()
  const child = group.start(['--port', '0', '--db', group.databaseFile, ...options])
  try {
    const url = await child.ready
    const { systems } = (await (await fetch(`${url}/sandbox.json`)).json()) as { systems: DescribedSystem[] }
    const processorPorts = childrenOf(child.pid).flatMap(portsOf)
    return {
      url,
      port: Number(new URL(url).port),
      child,
      systems,
      databaseFile: group.databaseFile,
      system: (name) => systems.find((one) => one.name === name) as DescribedSystem,
      get events() {
        return eventsOf(child)
      },
      secrets: [
        ...Object.values(peppers),
        ...processorPorts.map((one) => `:${one}`),
        ...options.filter((option) => option.includes('://')).map((option) => `:${new URL(option).port}`),
        group.databaseFile,
      ],
      // The port is held by the one that watches over all; the processor has one of its own.
      serving: () => childrenOf(child.pid).filter((pid) => portsOf(pid).length === 0),
      async close() {
        child.kill('SIGTERM')
        const { code } = await child.exit
        await group.close()
        if (code !== 0) throw new Error(`the sandbox ended with ${code}: ${child.stderr()}`)
      },
      remove: () => group.close(),
    }
  } catch (error) {
    await group.close()
    throw error
  }
}

/** What was logged: each line of JSON on standard error is an event. */
function eventsOf({ stderr }: SandboxChild): LogEvent[] {
  return stderr()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogEvent)
}

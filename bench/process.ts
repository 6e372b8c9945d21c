import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Listening } from './servers/serve.ts'

/** A program of its own process that answers questions. */
export interface Program<Told> {
  /** What it said when it was ready. */
  readonly told: Told
  ask<Answer>(question: unknown): Promise<Answer>
  /** CPU time that it has taken since it was started, all of its threads and the kernel's work for it, in microseconds. */
  cpu(): Promise<number>
  stop(): void
}

/** A server that is measured, on the first core. */
export type Server = Program<Listening>

/**
 * Starts a program of `bench`, on a core, with options it can read; it must send one message when it is ready.
 * @throws {Error} (as a rejection) where it ends before that
 */
export async function startProgram<Told>(file: string, options: unknown, core: number): Promise<Program<Told>> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(options)], {
    execArgv: ['--conditions=culpa-source', '--expose-gc', '--max-old-space-size=8192'],
    // As the peers' documentation wants it.
    env: { ...process.env, NODE_ENV: 'production' },
  })
  pin(child.pid, core)
  const told = await answer<Told>(child, file)
  const ask = async <Answer>(question: unknown) => {
    child.send(question as string)
    return answer<Answer>(child, file)
  }
  const cpu = async () => {
    const { user, system } = await ask<NodeJS.CpuUsage>('cpu')
    return user + system
  }
  return { told, ask, cpu, stop: () => void (child.connected && child.disconnect()) }
}

/** Starts a server on the first core. */
export function startServer(file: string, options: unknown): Promise<Server> {
  return startProgram(file, options, 0)
}

async function answer<Answer>(child: ChildProcess, file: string): Promise<Answer> {
  const gone = new AbortController()
  const ended = once(child, 'exit', { signal: gone.signal }).then(
    () => Promise.reject(new Error(`${file} ended before it answered`)),
    () => new Promise<never>(() => undefined),
  )
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [Answer]
  gone.abort()
  return message
}

/** Keeps a process on a core. Without `taskset`, or on one core, they run where the system likes. */
export function pin(pid: number | undefined, core: number): void {
  if (cpus().length > 1) spawnSync('taskset', ['-a', '-cp', String(core), String(pid)], { stdio: 'ignore' })
}

/**
 * Puts this process, and every one it starts from then on, before all others of the machine. False where that is not
 * allowed, as it is to root alone.
 */
export function goFirst(): boolean {
  const { status } = spawnSync('chrt', ['-a', '-r', '-p', '20', String(process.pid)], { stdio: 'ignore' })
  return status === 0
}

/**
 * Leaves the cores alone for a tenth of the time that a round will take. Linux stops those who go first once they have
 * had a core for 950 ms of a second, for the 50 ms that are left of it: in the middle of a round that would be measured.
 */
export async function rest(secondsOfRound: number): Promise<void> {
  await wait(secondsOfRound * 100)
}

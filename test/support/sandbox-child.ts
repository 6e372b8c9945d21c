import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** The sandbox as its user starts it: a process of its own. */
export interface SandboxChild {
  readonly pid: number
  readonly stdout: () => string
  readonly stderr: () => string
  /** Resolves with the address once the ready line is out; rejects when the process ends instead. */
  readonly ready: Promise<string>
  readonly exit: Promise<Exit>
  readonly kill: (signal: NodeJS.Signals) => void
}

/** Everything a test starts, and the folder it works in; `close` ends what is left of it. */
export interface ChildGroup {
  readonly databaseFile: string
  readonly start: (args?: readonly string[], env?: Readonly<Record<string, string>>) => SandboxChild
  readonly close: () => Promise<void>
}

export function childGroup(): ChildGroup {
  const folder = mkdtempSync(join(tmpdir(), 'culpa-child-'))
  const children: SandboxChild[] = []
  return {
    databaseFile: join(folder, 'sandbox.db'),
    start: (args = [], env = {}) => {
      const child = startChild([...args], env)
      children.push(child)
      return child
    },
    close: async () => {
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(children.map(({ exit }) => exit))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function startChild(args: readonly string[], env: Readonly<Record<string, string>>): SandboxChild {
  const child = spawn(process.execPath, ['--conditions=culpa-source', 'examples/sandbox/main.ts', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: 'pipe',
  })
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  const exit = new Promise<Exit>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })))
  const ready = readyOf(child, stdout, stderr, exit)
  // A test may expect that it does not start.
  ready.catch(() => undefined)
  return { pid: child.pid ?? 0, stdout, stderr, ready, exit, kill: (signal) => void child.kill(signal) }
}

function readyOf(
  child: ChildProcessWithoutNullStreams,
  stdout: () => string,
  stderr: () => string,
  exit: Promise<Exit>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout.on('data', () => {
      const port = /^culpa sandbox ready on http:\/\/localhost:(\d+)$/m.exec(stdout())?.[1]
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`)
    })
    void exit.then(({ code }) => reject(new Error(`ended with ${code}: ${stdout()}${stderr()}`)))
  })
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8')
  })
  return () => text
}

/** Process ids of a process's children, as the kernel tells. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === pid)
    .map(Number)
}

/** True while the process runs; one that ended and was not waited for does not. */
export function isRunning(pid: number): boolean {
  return parentOf(pid) !== undefined
}

function parentOf(pid: number): number | undefined {
  try {
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return state === 'Z' ? undefined : Number(parent)
  } catch {
    return undefined
  }
}

/** Asks again and again until the answer is there. Tests have a time limit; this has none of its own. */
export async function until<Value>(ask: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const value = await ask()
    if (value !== undefined) return value
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

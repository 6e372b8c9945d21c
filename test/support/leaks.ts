import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { WireAnswer } from './wire.ts'

const patterns: Readonly<Record<string, RegExp>> = {
  'a stack frame': /\bat (?:async )?[\w$.<>[\] ]*\(?(?:file:|node:|\/)[^\s)]*:\d+:\d+|\n\s+at /,
  'a module of Node': /node:[a-z]/,
  'a file path':
    /(?:file:\/\/|\/(?:work|home|root|usr|tmp|var|opt|etc|proc)\/|node_modules|[\w-]\.(?:ts|mjs|cjs|db)\b)/,
  SQL: /\b(?:SELECT\b.+\bFROM|INSERT INTO|UPDATE\b.+\bSET|DELETE FROM|ON CONFLICT|UNIQUE constraint|SQLITE_|sqlite)/i,
  'an error of the system':
    /\bE(?:CONNREFUSED|CONNRESET|PIPE|NOENT|ADDRINUSE|TIMEDOUT)\b|\b(?:Type|Range|Syntax|Zod)Error\b/,
}

/** Names what an answer tells that is nobody's business; `secrets` are texts of this run, such as a port or a pepper. */
export function leaksOf({ lines, body }: WireAnswer, secrets: readonly string[] = []): string[] {
  const text = `${lines.map(([name, value]) => `${name}: ${value}`).join('\n')}\n\n${body}`
  const found = Object.entries(patterns).filter(([, pattern]) => pattern.test(text))
  return [
    ...found.map(([what, pattern]) => `${what}: ${pattern.exec(text)?.[0]}`),
    ...secrets.filter((secret) => text.includes(secret)).map((secret) => `the secret ${secret}`),
  ]
}

/** Ports of the loopback on which a process listens, as the kernel tells. */
export function portsOf(pid: number): number[] {
  const sockets = new Set<string>()
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1]
      if (inode !== undefined) sockets.add(inode)
    } catch {
      // Closed since it was listed.
    }
  }
  const listening = '0A'
  return readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[3] === listening && sockets.has(columns[9] ?? ''))
    .map((columns) => Number.parseInt(columns[1]?.split(':')[1] ?? '', 16))
}

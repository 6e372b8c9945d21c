import { styleText } from 'node:util'

/** Writes a line on standard output; gives the exit code of having done so. */
export function printLine(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}

/** Writes a value for a program: one line of JSON. */
export function printJson(value: unknown): number {
  return printLine(JSON.stringify(value))
}

/** Writes a line for people on standard error, where it does not mix with what a program reads. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

/**
 * Text from a file or a module as it may be shown: on one line, and without a command to the terminal.
 * @example
 * oneLine('a\n\u001b[31mb') // 'a \\x1b[31mb'
 */
export function oneLine(text: string): string {
  return text
    .replaceAll(/\s*[\n\r\u2028\u2029]\s*/g, ' ')
    .replaceAll(/\p{Cc}/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/** Writes what went wrong: one line, or JSON for a program. */
export function printError(message: string, asJson: boolean): void {
  const text = oneLine(message)
  if (asJson) note(JSON.stringify({ error: { message: text } }))
  else note(`${styleText('red', 'culpa:', { stream: process.stderr })} ${text}`)
}

/**
 * Whoever read the output may stop: `culpa openapi api.ts | head` is no failure. A disk that is full is one. A program
 * that runs on goes on without its output, any other ends.
 */
export function surviveOutput(runsOn: boolean): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' && runsOn) return
      if (error.code === 'EPIPE') process.exit()
      // Not what is said on standard error: it has no other place.
      if (stream === process.stdout) printError(`standard output: ${error.message}.`, process.argv.includes('--json'))
      if (!runsOn) process.exit(1)
    })
  }
}

/** Resolves when everything written has been handed to the system. */
export function flushed(): Promise<unknown> {
  return Promise.all([process.stdout, process.stderr].map((one) => new Promise((resolve) => one.write('', resolve))))
}

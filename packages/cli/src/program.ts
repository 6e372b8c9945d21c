import { readFileSync } from 'node:fs'
import type { Command } from './command.ts'
import { commandHelp, programHelp } from './help.ts'
import { parseCommand } from './parse-command.ts'
import { suggest } from './suggest.ts'
import { printLine } from './terminal.ts'
import { UsageError } from './usage-error.ts'

/**
 * Finds the command that the arguments name and runs it. The number is the exit code.
 * @throws {UsageError} for a command that does not exist
 */
export async function runProgram(commands: readonly Command[], args: readonly string[]): Promise<number> {
  const [first, ...rest] = args
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') return help(commands, rest)
  if (first === '--version') return printLine(version())
  const command = findCommand(commands, args)
  if (command === undefined) return unknown(commands, args)
  const input = parseCommand(command, args.slice(command.name.split(' ').length))
  if (input.flag('help')) return printLine(commandHelp(command))
  return command.run(input)
}

/** Whether the arguments name a command that runs until it is stopped. */
export function runsOn(commands: readonly Command[], args: readonly string[]): boolean {
  return !args.includes('--help') && findCommand(commands, args)?.runsOn === true
}

function findCommand(commands: readonly Command[], args: readonly string[]): Command | undefined {
  return commands.find(({ name }) => name.split(' ').every((word, index) => args[index] === word))
}

function help(commands: readonly Command[], names: readonly string[]): number {
  const command = findCommand(commands, names)
  if (command !== undefined) return printLine(commandHelp(command))
  if (names.length > 0) return unknown(commands, [...names, '--help'])
  return printLine(programHelp(commands))
}

function unknown(commands: readonly Command[], [first = '', second]: readonly string[]): number {
  const inGroup = commands.filter(({ name }) => name.startsWith(`${first} `))
  if (inGroup.length > 0 && second === '--help') return printLine(programHelp(commands, first))
  const isGroup = inGroup.length > 0
  const typed = isGroup && second !== undefined && !second.startsWith('-') ? `${first} ${second}` : first
  const near = suggest(
    typed,
    (isGroup ? inGroup : commands).map(({ name }) => name),
  )
  const meant = near === undefined || near === typed ? '' : ` Did you mean culpa ${near}?`
  if (typed === first && isGroup) {
    throw new UsageError(
      `culpa ${first} is a group: ${inGroup.map(({ name }) => name).join(', ')}. Remedy: culpa ${first} --help.`,
    )
  }
  throw new UsageError(`there is no command ${JSON.stringify(typed)}.${meant} Remedy: culpa --help.`)
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  // Our own file: it has a version.
  return (JSON.parse(manifest) as { readonly version: string }).version
}

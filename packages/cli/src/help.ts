import { styleText } from 'node:util'
import { type Command, commonOptions } from './command.ts'

const exitCodes: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'it did not work, for a reason outside the command line',
  2: 'the command line, or a file that it names, is wrong',
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const options = Object.entries({ ...command.options, ...commonOptions }).map(
    ([name, { value, help }]) => [value === undefined ? `--${name}` : `--${name} ${value}`, help] as const,
  )
  return [
    `${heading('Usage')}  ${usageOf(command)}`,
    command.description,
    `${heading('Options')}\n${columns(options)}`,
    `${heading('Examples')}\n${command.examples.map((example) => `  ${example}`).join('\n')}`,
    `${heading('Exit codes')}\n${columns(Object.entries({ ...exitCodes, ...command.exitCodes }))}`,
  ].join('\n\n')
}

/** The help of the program, or of a group of commands such as `keys`. */
export function programHelp(commands: readonly Command[], group?: string): string {
  const shown = commands.filter(({ name }) => group === undefined || name.startsWith(`${group} `))
  return [
    `${heading('Usage')}  culpa ${group === undefined ? '' : `${group} `}COMMAND [options]`,
    `${heading('Commands')}\n${columns(shown.map((command) => [synopsisOf(command), command.summary]))}`,
    `${heading('Examples')}\n${shown.map(({ examples: [first = ''] }) => `  ${first}`).join('\n')}`,
    `Every command has --help, with its options and more examples. culpa --version tells the version.
Colours are for terminals; NO_COLOR=1 turns them off, FORCE_COLOR=1 on.`,
  ].join('\n\n')
}

function usageOf(command: Command): string {
  return `culpa ${synopsisOf(command)} [options]`
}

function synopsisOf({ name, positionals }: Command): string {
  return [name, ...positionals].join(' ')
}

function heading(text: string): string {
  return styleText('bold', text)
}

function columns(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}

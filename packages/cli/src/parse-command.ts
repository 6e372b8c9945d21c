import { parseArgs } from 'node:util'
import { type Command, type CommandInput, commonOptions } from './command.ts'
import { suggest } from './suggest.ts'
import { UsageError } from './usage-error.ts'

/**
 * Reads the arguments of a command.
 * @throws {UsageError} for an option it does not have, a value too much or too little, a wrong number of arguments
 */
export function parseCommand(command: Command, args: readonly string[]): CommandInput {
  const options = { ...command.options, ...commonOptions }
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }])),
    // What is wrong is said in our own words.
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const values = new Map<string, string[]>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const { name, rawName, value, inlineValue } = token
    const option = Object.hasOwn(options, name) ? options[name] : undefined
    if (option === undefined || rawName !== `--${name}`) throw unknownOption(command, rawName, Object.keys(options))
    if (option.type === 'boolean' && value !== undefined) {
      throw new UsageError(`${rawName} takes no value. Remedy: ${rawName} alone.`)
    }
    if (option.type === 'string' && (value === undefined || value === '' || (!inlineValue && value.startsWith('-')))) {
      throw new UsageError(`${rawName} needs a value. Remedy: ${rawName} ${option.value ?? 'VALUE'}.`)
    }
    values.set(name, [...(values.get(name) ?? []), value ?? ''])
  }
  const input: CommandInput = {
    positionals,
    text: (name) => values.get(name)?.at(-1),
    texts: (name) => values.get(name) ?? [],
    flag: (name) => values.has(name),
  }
  for (const [name, { type, multiple }] of Object.entries(options)) {
    if (type === 'string' && multiple !== true && input.texts(name).length > 1) {
      throw new UsageError(`--${name} is there ${input.texts(name).length} times. Remedy: give it once.`)
    }
  }
  if (!input.flag('help')) checkPositionals(command, positionals)
  return input
}

function unknownOption({ name }: Command, typed: string, known: readonly string[]): UsageError {
  const near = suggest(typed.replace(/^-+/, ''), known)
  const meant = near === undefined ? '' : ` Did you mean --${near}?`
  return new UsageError(`culpa ${name} has no option ${typed}.${meant} Remedy: culpa ${name} --help.`)
}

function checkPositionals({ name, positionals }: Command, given: readonly string[]): void {
  if (given.length === positionals.length) return
  const wanted = positionals.length === 0 ? 'no arguments' : positionals.join(' and ')
  // Not what was given: it may be a key.
  const got = given.length === 0 ? 'nothing' : given.length === 1 ? 'one' : String(given.length)
  throw new UsageError(`culpa ${name} takes ${wanted}, not ${got}. Remedy: culpa ${name} --help.`)
}

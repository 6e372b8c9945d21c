/** An option of a command, as parsed and as its help shows it. */
export interface CommandOption {
  readonly type: 'string' | 'boolean'
  /** What stands for the value in the help, such as `N`. */
  readonly value?: string
  readonly help: string
  /** Whether it may be given several times. */
  readonly multiple?: boolean
}

/** A command line that was understood. */
export interface CommandInput {
  readonly positionals: readonly string[]
  /** Value of an option that takes one. */
  text(name: string): string | undefined
  /** All values of an option that may be given several times. */
  texts(name: string): readonly string[]
  flag(name: string): boolean
}

/** One command of the program. */
export interface Command {
  /** As it is typed, such as `keys create`. */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** A paragraph for its own help. */
  readonly description: string
  /** Names of the arguments that are no options, all of them required. */
  readonly positionals: readonly string[]
  readonly options: Readonly<Record<string, CommandOption>>
  readonly examples: readonly string[]
  /** What its exit codes mean besides those of every command. */
  readonly exitCodes?: Readonly<Record<number, string>>
  /** True for one that runs until it is stopped. */
  readonly runsOn?: boolean
  /**
   * Does the work. The number is the exit code.
   * @throws {UsageError} for what whoever typed the command can put right
   */
  run(input: CommandInput): Promise<number>
}

/** Every command has these. */
export const commonOptions: Readonly<Record<string, CommandOption>> = {
  json: { type: 'boolean', help: 'output for programs, errors too' },
  help: { type: 'boolean', help: 'this text' },
}

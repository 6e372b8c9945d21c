/** A difference between two schemas of something that callers read. */
export interface SchemaChange {
  /** JSON pointer into the value; `*` stands for any item of a list, and any member that has no name of its own. */
  readonly pointer: string
  readonly breaking: boolean
  readonly message: string
}

/** A difference that breaks callers. */
export function breaks(message: string, pointer = ''): SchemaChange {
  return { pointer, breaking: true, message }
}

/** A difference that callers are told of, and can live with. */
export function notes(message: string, pointer = ''): SchemaChange {
  return { pointer, breaking: false, message }
}

/** Differences of a member, seen from the value that has it. */
export function within(name: string | number, changes: readonly SchemaChange[]): readonly SchemaChange[] {
  const step = `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`
  return changes.map((one) => ({ ...one, pointer: `${step}${one.pointer}` }))
}

/**
 * Thrown when a contract or an API is defined wrongly: names the place, the kind of value found, and the remedy.
 * Its `name` is `ContractError`. Happens at start, never while requests are served.
 */
export class ContractError extends TypeError {
  override readonly name = 'ContractError'

  constructor(where: string, problem: string, remedy: string) {
    super(`${where}: ${problem}. Remedy: ${remedy}.`)
  }
}

/** The kind of a value for a message, without its content: `string "stripee"`, `array of 2`, `null`. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `array of ${value.length}`
  if (typeof value === 'string')
    return `string ${JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)}`
  if (typeof value === 'number' || typeof value === 'boolean') return `${typeof value} ${value}`
  return typeof value
}

import { ContractError, kindOf } from './contract-error.ts'

/**
 * Refuses an option that does not exist, which would be overlooked otherwise.
 * @throws {ContractError} also when there is no object at all
 * @example
 * checkKeys('defineContract', definition, ['docs', 'errors'])
 */
export function checkKeys(where: string, given: unknown, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null) {
    throw new ContractError(where, `no options, ${kindOf(given)}`, `an object with ${known.join(', ')}`)
  }
  const unknown = Object.keys(given).find((key) => !known.includes(key))
  if (unknown === undefined) return
  throw new ContractError(`${where}: ${unknown}`, 'there is no such option', `one of ${known.join(', ')}`)
}

import type { ResolvedError, RetryAdvice } from '../contract/declaration.ts'
import type { FormatName } from '../contract/profile.ts'

/** The part of a contract that a client can use when it runs. It is JSON, so a browser need not load the contract. */
export interface ContractFacts {
  readonly format: FormatName
  /** Retry advice by code. A code that is not among them is `unknown` to the client. */
  readonly codes: Readonly<Record<string, RetryAdvice>>
  /** Own names of the built-in codes that have another on the wire, by that. */
  readonly renamed?: Readonly<Record<string, string>>
}

/** A whole contract, or its facts. */
export type ClientContract =
  | ContractFacts
  | { readonly format: FormatName; readonly codes: ReadonlyMap<string, Pick<ResolvedError, 'code' | 'name' | 'retry'>> }

/**
 * Takes from a contract what a client can use.
 * @example
 * writeFileSync('contract-facts.json', JSON.stringify(contractFacts(contract)))
 */
export function contractFacts(contract: ClientContract): ContractFacts {
  if (!(contract.codes instanceof Map)) return contract as ContractFacts
  const codes: Record<string, RetryAdvice> = {}
  const renamed: Record<string, string> = {}
  for (const { code, name, retry } of contract.codes.values()) {
    codes[code] = retry
    if (code !== name) renamed[code] = name
  }
  return { format: contract.format, codes, renamed }
}

/** A member of a record; nothing that records inherit. */
export function own<Value>(record: Readonly<Record<string, Value>> | undefined, key: string): Value | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined
}

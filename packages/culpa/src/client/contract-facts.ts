import type { ResolvedError, RetryAdvice } from '../contract/declaration.ts'
import type { FormatName } from '../contract/profile.ts'

/** The part of a contract that a client can use when it runs. It is JSON, so a browser need not load the contract. */
export interface ContractFacts {
  readonly format: FormatName
  /** Retry advice by code. A code that is not among them is `unknown` to the client. */
  readonly codes: Readonly<Record<string, RetryAdvice>>
}

/** A whole contract, or its facts. */
export type ClientContract =
  | ContractFacts
  | { readonly format: FormatName; readonly codes: ReadonlyMap<string, Pick<ResolvedError, 'code' | 'retry'>> }

/**
 * Takes from a contract what a client can use.
 * @example
 * writeFileSync('contract-facts.json', JSON.stringify(contractFacts(contract)))
 */
export function contractFacts({ format, codes }: ClientContract): ContractFacts {
  const isMap = codes instanceof Map
  const advice = isMap ? Object.fromEntries(Array.from(codes.values(), ({ code, retry }) => [code, retry])) : codes
  return { format, codes: advice }
}

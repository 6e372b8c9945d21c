import type { Trigger } from './curl.ts'
import type { SchemaConverter } from './json-schema.ts'
import type { DocumentedApi } from './reference-api.ts'

export interface ReferenceOptions {
  /** Heading of the whole. Default: the contract's name and “errors”. */
  readonly title?: string
  /** Where the API is, for commands and code to copy. Default `https://api.example.com`. */
  readonly baseUrl?: string
  /** How to provoke codes. */
  readonly triggers?: readonly Trigger[]
  /** For libraries that give no JSON Schema by themselves. */
  readonly toJsonSchema?: SchemaConverter
}

/** Without a slash at its end. */
export function baseUrlOf({ baseUrl = 'https://api.example.com' }: Pick<ReferenceOptions, 'baseUrl'>): string {
  return baseUrl.replace(/\/+$/, '')
}

/** Whether some operation takes an idempotency key. */
export function takesKeys({ plans }: DocumentedApi): boolean {
  return plans.some(({ operation }) => operation.idempotency !== 'ignored')
}

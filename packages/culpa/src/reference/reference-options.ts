import type { Trigger } from './curl.ts'
import type { SchemaConverter } from './json-schema.ts'
import type { DocumentedApi } from './reference-api.ts'

/** What a server answered, such as one of a test. */
export interface RecordedAnswer {
  readonly status: number
  /** Of the status line, as `Payment Required`. */
  readonly reason?: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

export interface ReferenceOptions {
  /** Heading of the whole. Default: the contract's name and “errors”. */
  readonly title?: string
  /** Where the API is, for commands and code to copy. Default `https://api.example.com`. */
  readonly baseUrl?: string
  /** How to provoke codes. */
  readonly triggers?: readonly Trigger[]
  /** Answers by their codes. An example without one is written from the contract. */
  readonly answers?: Readonly<Record<string, RecordedAnswer>>
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

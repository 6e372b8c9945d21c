import type { MaintenanceChange } from '../maintenance-switch.ts'
import type { SandboxOptions } from '../options.ts'

/** What is shown of a system when the sandbox is ready. */
export interface Introduction {
  readonly origin: string
  readonly systems: readonly { readonly name: string; readonly base: string; readonly key: string }[]
}

/** What a process that serves is told when it starts. */
export interface Orders {
  readonly options: SandboxOptions
  /** Where the processor listens. */
  readonly processorPort: number
  /** What is under maintenance already. */
  readonly changes: readonly MaintenanceChange[]
}

/** What a process that serves tells the one that watches over all. */
export type ServingMessage =
  | { readonly tells: 'ready'; readonly introduction: Introduction }
  | { readonly tells: 'problem'; readonly text: string }
  | { readonly tells: 'note'; readonly text: string }
  | { readonly tells: 'asked'; readonly id: number; readonly change: MaintenanceChange }
  | { readonly tells: 'applied'; readonly id: number }

/** What the one that watches over all tells a process that serves. */
export type WatchingMessage =
  | { readonly tells: 'orders'; readonly orders: Orders }
  | { readonly tells: 'apply'; readonly id: number; readonly change: MaintenanceChange }
  | { readonly tells: 'applied by all'; readonly id: number }
  | { readonly tells: 'stop' }

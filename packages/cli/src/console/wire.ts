// What the console's API and its page say to each other. Times in milliseconds since the epoch.

export interface LineBody {
  readonly id: number
  readonly at: number
  readonly request_id: string
  readonly system: string
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly operation: string | null
  readonly status: number
  readonly duration_ms: number
  readonly code: string | null
  readonly source: string | null
  /** False for a failure that the closed world stopped; null for a success. */
  readonly declared: boolean | null
  readonly replayed: boolean
  readonly caller: { readonly key_id: string; readonly tenant: string; readonly environment: string } | null
}

export interface MessageBody {
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string | null
  /** Why the body is not there as it was sent. */
  readonly note: string | null
}

export interface EntryBody extends LineBody {
  readonly cause: string | null
  readonly trace_id: string | null
  readonly request: MessageBody | null
  readonly reply: MessageBody | null
}

export interface PageBody {
  readonly entries: readonly LineBody[]
  /** The `before` that goes on. */
  readonly next: number | null
  /** Id of the newest line, whatever the filters: where the stream goes on. */
  readonly head: number
  readonly log: LogStateBody
}

/** What the log could not keep since the start. */
export interface LogStateBody {
  readonly dropped: number
  readonly shortened: number
  readonly failing: boolean
}

export interface GroupBody {
  readonly system: string
  readonly operation: string | null
  readonly status: number
  readonly code: string | null
  readonly declared: boolean
  readonly count: number
  readonly last_at: number
}

export interface SlotBody {
  readonly at: number
  /** Requests by the first digit of their status. */
  readonly counts: Readonly<Record<string, number>>
}

export interface CountsBody {
  readonly groups: readonly GroupBody[]
  readonly series: readonly SlotBody[]
  readonly since: number
  readonly until: number
  readonly slot_ms: number
}

/** One request of a trigger. In path, headers and body `{{unique}}` stands for a fresh value, `{{pad:N}}` for N letters. */
export interface StepBody {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** Sent so many times at once. */
  readonly concurrent?: number
  /** Bytes for a socket, instead of all else. */
  readonly raw?: string
}

/** How to provoke a code, or why nobody can. */
export interface TriggerBody {
  readonly code: string
  readonly status: number
  readonly cause?: string
  readonly cannot?: string
  readonly steps?: readonly StepBody[]
  readonly cleanup?: readonly StepBody[]
}

export interface SystemBody {
  readonly name: string
  readonly base: string
  /** Where the pages of its codes are. */
  readonly docs: string
  readonly codes: readonly {
    readonly code: string
    readonly status: number
    readonly type: string
    readonly message: string
  }[]
  readonly operations: readonly string[]
  /** Public test keys by name. */
  readonly keys: Readonly<Record<string, string>>
  readonly triggers: readonly RunnableBody[]
}

export interface RunnableBody extends TriggerBody {
  /** The commands that do the same, for the address that the server has for itself. */
  readonly curl: string
}

export interface AboutBody {
  readonly title: string
  /** The address that the server has for itself. */
  readonly origin: string
  /** Everything whose requests are in the log, shown as a system or not. */
  readonly logged: readonly string[]
  readonly systems: readonly SystemBody[]
}

/** A request and its answer, as they were on the wire. */
export interface ExchangeBody {
  readonly request: string
  readonly response: string
}

export interface TryBody {
  readonly exchanges: readonly ExchangeBody[]
}

/** What kind of change it is; the table of docs/cli.md says which break callers. */
export type ChangeKind =
  | 'api_removed'
  | 'api_added'
  | 'format_changed'
  | 'docs_moved'
  | 'code_removed'
  | 'code_added'
  | 'status_changed'
  | 'type_changed'
  | 'message_changed'
  | 'retry_changed'
  | 'show_to_user_changed'
  | 'deprecated'
  | 'details_removed'
  | 'details_added'
  | 'details_unknown'
  | 'details_changed'
  | 'operation_removed'
  | 'operation_added'
  | 'operation_code_added'
  | 'operation_code_removed'

/** One difference between two contracts. */
export interface Change {
  readonly kind: ChangeKind
  /** Whether a caller written for the old contract may fail on the new one. */
  readonly breaking: boolean
  /** Name of the contract. */
  readonly api: string
  readonly code?: string
  readonly operation?: string
  /** Where in the details, as a JSON pointer. */
  readonly pointer?: string
  readonly from?: string
  readonly to?: string
  /** The whole in words, without the code or operation it is about. */
  readonly message: string
}

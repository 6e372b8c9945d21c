import type { ErrorDeclaration } from './declaration.ts'

/** The wire formats a contract can name. `culpa/formats` has one encoder and decoder for each. */
export const formatNames = ['stripe', 'error-list', 'field-errors', 'currents', 'problem', 'jsonapi', 'google'] as const
export type FormatName = (typeof formatNames)[number]

/** A row of a status table: what a reader of the reference sees. */
export interface StatusText {
  /** Reason phrase, such as `Bad Request`. */
  readonly name: string
  /** What the status tells the caller, in one or two sentences. */
  readonly meaning: string
  readonly causes?: readonly string[]
  /** What to do about it, in one or two sentences. */
  readonly fix?: string
}

/** How a profile rewords, renames or moves a built-in code; what is left out stays as built in. */
export interface BuiltinOverride extends Partial<Omit<ErrorDeclaration, 'details' | 'example'>> {
  /** The code on the wire instead of the built-in's own name. */
  readonly code?: string
  /** Why the profile departs from the built-in; shown in its reference. */
  readonly why?: string
}

/** A ready contract of a documented system: statuses, types, format and texts. Data only. */
export interface Profile {
  readonly name: string
  readonly format: FormatName
  /** One paragraph on how this API fails. */
  readonly summary: string
  /** Every status the API may answer with, success included. */
  readonly statuses: Readonly<Record<number, StatusText>>
  /** Every type the API may answer with. */
  readonly types: Readonly<Record<string, string>>
  /** Type of a declaration that names none, by its declared status; others get `invalid_request_error` or `api_error`. */
  readonly typeByStatus?: Readonly<Record<number, string>>
  /** Folds that depart from the RFC's own rule, by declared status. */
  readonly folds?: Readonly<Record<number, { readonly to: number; readonly why: string }>>
  readonly builtins?: Readonly<Record<string, BuiltinOverride>>
  /** Status for another tenant's resource: 404 hides that it exists. Default 404. */
  readonly foreignResource?: 403 | 404
  /** How a violation in a request body is coded: one code for all, or the parameter codes. Default `validation_failed`. */
  readonly bodyViolations?: 'validation_failed' | 'parameter'
  /** Where the format can carry it: put the code's page into the body (`doc_url`). Default false. */
  readonly docUrlInBody?: boolean
}

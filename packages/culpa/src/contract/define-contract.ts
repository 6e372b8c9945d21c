import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ApiError, type ApiErrorOptions } from './api-error.ts'
import { type Builtins, builtins } from './builtins.ts'
import {
  checkedDocs,
  checkedForeign,
  checkedFormat,
  checkedProfile,
  checkedStatuses,
  checkedTypes,
  checkFolds,
  checkOverrides,
  checkOwnErrors,
} from './check-definition.ts'
import { checkKeys } from './check-keys.ts'
import { ContractError } from './contract-error.ts'
import type { ErrorDeclaration, ErrorDeclarations, Fold, ResolvedError } from './declaration.ts'
import { defaultStatuses } from './default-statuses.ts'
import { type FoldTable, foldStatus, foldType } from './fold.ts'
import type { BuiltinOverride, FormatName, Profile, StatusText } from './profile.ts'

/** What {@link defineContract} takes: a profile to start from, or a format with statuses and types of your own. */
export interface ContractDefinition<Errors extends ErrorDeclarations, Overrides = BuiltinOverrides> {
  /** A documented system to start from, from `culpa/profiles`. */
  readonly profile?: Profile
  /** Name of the contract in logs and documents. Default: the profile's. */
  readonly name?: string
  /** How errors are written on the wire. Default: the profile's, else `problem`. */
  readonly format?: FormatName
  /** The whole status table. Default: the profile's, else every status that HTTP defines for errors. */
  readonly statuses?: Readonly<Record<number, StatusText>>
  /** All types, each with its meaning. Default: the profile's, else those the built-in codes use. */
  readonly types?: Readonly<Record<string, string>>
  /** Where the reference is served: URL or absolute path, without a slash at its end. */
  readonly docs: string
  /** Your own codes. */
  readonly errors?: Errors
  /** Rewords, renames or moves built-in codes, on top of the profile's own changes. */
  readonly builtins?: Overrides
  /** Status for another tenant's resource. Default: the profile's, else 404. */
  readonly foreignResource?: 403 | 404
}

/** Changes to built-in codes, by their own names. */
export type BuiltinOverrides = Readonly<Partial<Record<keyof Builtins, BuiltinOverride>>>

/** The built-in codes that have another name on the wire, with it. */
type Renamed<Overrides> = {
  readonly [Name in keyof Overrides as Overrides[Name] extends { readonly code: string } ? Name : never]: {
    readonly code: Overrides[Name] extends { readonly code: infer Code } ? Code : never
  }
}

type DetailsOf<Declaration> = Declaration extends { readonly details: infer Schema extends StandardSchemaV1 }
  ? StandardSchemaV1.InferInput<Schema>
  : undefined

type FactoryOptions<Declaration> =
  DetailsOf<Declaration> extends undefined
    ? [options?: Omit<ApiErrorOptions, 'details'>]
    : [options: ApiErrorOptions<DetailsOf<Declaration>> & { readonly details: DetailsOf<Declaration> }]

/** One function a code; each makes the {@link ApiError} of it. */
export type ErrorFactories<Errors extends ErrorDeclarations> = {
  readonly [Code in keyof Errors & string]: (
    ...options: FactoryOptions<Errors[Code]>
  ) => ApiError<Code, DetailsOf<Errors[Code]>>
}

/** A closed set of failures, frozen: every code, status and type an API may answer with, and how it is written. */
export interface Contract<Errors extends ErrorDeclarations = ErrorDeclarations> {
  readonly name: string
  readonly profile: Profile | undefined
  readonly format: FormatName
  readonly docs: string
  readonly statuses: Readonly<Record<number, StatusText>>
  readonly types: Readonly<Record<string, string>>
  /** By the name it was declared under (a renamed built-in keeps its own). */
  readonly codes: ReadonlyMap<string, ResolvedError>
  readonly errors: ErrorFactories<Errors>
  readonly foreignResource: 403 | 404
  readonly bodyViolations: 'validation_failed' | 'parameter'
  readonly docUrlInBody: boolean
}

/** The codes of a contract, as literal types. */
export type CodesOf<C> = C extends Contract<infer Errors> ? keyof Errors & string : never

const noErrors = {}

const definitionKeys: readonly (keyof ContractDefinition<ErrorDeclarations>)[] = [
  'profile',
  'name',
  'format',
  'statuses',
  'types',
  'docs',
  'errors',
  'builtins',
  'foreignResource',
]

/**
 * Declares every way an API can fail. Built-in codes are part of each contract.
 * @throws {ContractError} for a contradiction: a status that is none or is outside the table, a type outside the list,
 * a code that is not snake_case or stands twice, a details schema that rejects its own example, no profile, no format.
 * @example
 * const contract = defineContract({
 *   profile: capture,
 *   docs: 'https://docs.example.com/errors',
 *   errors: { prospect_hidden: { status: 403, message: 'Only administrators may see this prospect.' } },
 * })
 */
export function defineContract<
  const Errors extends ErrorDeclarations = Record<never, never>,
  const Overrides extends BuiltinOverrides = Record<never, never>,
>(definition: ContractDefinition<Errors, Overrides>): Contract<Errors & Builtins & Renamed<Overrides>> {
  checkKeys('defineContract', definition, definitionKeys)
  const profile = checkedProfile(definition.profile)
  const format = checkedFormat(definition.format ?? profile?.format ?? 'problem')
  const docs = checkedDocs(definition.docs)
  const statuses = checkedStatuses(definition.statuses ?? profile?.statuses ?? defaultStatuses)
  const types = checkedTypes(definition.types ?? profile?.types ?? defaultTypes)
  const table: FoldTable = {
    statuses: new Set(Object.keys(statuses).map(Number)),
    types: new Set(Object.keys(types)),
    folds: profile?.folds ?? {},
    typeByStatus: profile?.typeByStatus ?? {},
  }
  checkFolds(table)
  const own: ErrorDeclarations = definition.errors ?? noErrors
  checkOwnErrors(own, table)
  checkOverrides({ ...profile?.builtins }, table)
  checkOverrides({ ...definition.builtins }, table)
  const codes = new Map<string, ResolvedError>()
  for (const [name, override, declaration] of builtinDeclarations(profile, definition.builtins)) {
    add(codes, resolve(override.code ?? name, name, declaration, override, docs, table, true))
  }
  for (const [name, declaration] of Object.entries(own)) {
    add(codes, resolve(name, name, declaration, {}, docs, table, false))
  }
  return Object.freeze({
    name: definition.name ?? profile?.name ?? 'api',
    profile,
    format,
    docs,
    statuses: Object.freeze(statuses),
    types: Object.freeze(types),
    codes,
    // One cast: the map holds exactly the declared keys, which the loop above cannot tell the compiler.
    errors: Object.freeze(factories(codes)) as unknown as ErrorFactories<Errors & Builtins & Renamed<Overrides>>,
    foreignResource: checkedForeign(definition.foreignResource ?? profile?.foreignResource ?? 404),
    bodyViolations: profile?.bodyViolations ?? 'validation_failed',
    docUrlInBody: profile?.docUrlInBody ?? profile === undefined,
  })
}

const defaultTypes: Readonly<Record<string, string>> = {
  api_error: 'Something failed on our side.',
  authentication_error: 'The credentials are missing or not valid.',
  invalid_request_error: 'The request is wrong as it was sent.',
  permission_error: 'The credentials are valid but may not do this.',
  rate_limit_error: 'The limit of requests is reached for now.',
}

function* builtinDeclarations(
  profile: Profile | undefined,
  overrides: ContractDefinition<ErrorDeclarations>['builtins'],
): Generator<[name: string, override: BuiltinOverride, declaration: ErrorDeclaration]> {
  const all: Readonly<Record<string, BuiltinOverride | undefined>> = { ...overrides }
  for (const [name, builtin] of Object.entries(builtins) as [string, ErrorDeclaration][]) {
    const override: BuiltinOverride = { ...profile?.builtins?.[name], ...all[name] }
    const { code: _code, why: _why, ...changes } = override
    yield [name, override, { ...builtin, ...changes }]
  }
}

function resolve(
  code: string,
  name: string,
  declaration: ErrorDeclaration,
  override: BuiltinOverride,
  docs: string,
  table: FoldTable,
  builtin: boolean,
): ResolvedError {
  const byStatus = foldStatus(declaration.status, table)
  const byType = foldType(declaration, table)
  const folds: Fold[] = []
  const before = builtin ? (builtins as ErrorDeclarations)[name]?.status : undefined
  if (override.status !== undefined && before !== undefined && before !== override.status) {
    folds.push({ from: String(before), to: String(override.status), why: override.why ?? 'The profile says so.' })
  }
  if (byStatus.fold !== undefined) folds.push(byStatus.fold)
  if (byType.fold !== undefined) folds.push(byType.fold)
  return Object.freeze({
    ...declaration,
    code,
    name,
    declaredStatus: declaration.status,
    status: byStatus.status,
    type: byType.type,
    retry: declaration.retry ?? (declaration.status === 429 || declaration.status >= 500 ? 'backoff' : 'never'),
    causes: declaration.causes ?? [],
    docUrl: `${docs}/${code}`,
    folds,
    builtin,
  })
}

function add(codes: Map<string, ResolvedError>, error: ResolvedError): void {
  for (const other of codes.values()) {
    if (other.code !== error.code) continue
    throw new ContractError(
      `defineContract: ${error.name}`,
      `${other.name} goes out under the code ${error.code} too`,
      'give one of the two another code',
    )
  }
  codes.set(error.name, error)
}

function factories(codes: ReadonlyMap<string, ResolvedError>): Record<string, (options?: ApiErrorOptions) => ApiError> {
  const made: Record<string, (options?: ApiErrorOptions) => ApiError> = {}
  for (const [name, { declaredStatus, message }] of codes) {
    made[name] = (options) => new ApiError(name, declaredStatus, message, options)
  }
  return made
}

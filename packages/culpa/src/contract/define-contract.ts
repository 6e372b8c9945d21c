import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ApiError, type ApiErrorOptions } from './api-error.ts'
import { type Builtins, builtins } from './builtins.ts'
import { ContractError, kindOf } from './contract-error.ts'
import type { ErrorDeclaration, ErrorDeclarations, Fold, ResolvedError } from './declaration.ts'
import { type FoldTable, foldStatus, foldType } from './fold.ts'
import { type BuiltinOverride, type FormatName, formatNames, type Profile, type StatusText } from './profile.ts'
import { statusNames } from './status-names.ts'

/** What {@link defineContract} takes: a profile to start from, or a format with statuses and types of your own. */
export interface ContractDefinition<Errors extends ErrorDeclarations> {
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
  readonly builtins?: Readonly<Partial<Record<keyof Builtins, BuiltinOverride>>>
  /** Status for another tenant's resource. Default: the profile's, else 404. */
  readonly foreignResource?: 403 | 404
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
export function defineContract<const Errors extends ErrorDeclarations = Record<never, never>>(
  definition: ContractDefinition<Errors>,
): Contract<Errors & Builtins> {
  const profile = checkedProfile(definition.profile)
  const format = checkedFormat(definition.format ?? profile?.format ?? 'problem')
  const docs = checkedDocs(definition.docs)
  const statuses = checkedStatuses(definition.statuses ?? profile?.statuses ?? defaultStatuses())
  const types = checkedTypes(definition.types ?? profile?.types ?? defaultTypes)
  const table: FoldTable = {
    statuses: new Set(Object.keys(statuses).map(Number)),
    types: new Set(Object.keys(types)),
    folds: profile?.folds ?? {},
    typeByStatus: profile?.typeByStatus ?? {},
  }
  const own: ErrorDeclarations = definition.errors ?? noErrors
  checkOwnErrors(own, table)
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
    errors: Object.freeze(factories(codes)) as unknown as ErrorFactories<Errors & Builtins>,
    foreignResource: definition.foreignResource ?? profile?.foreignResource ?? 404,
    bodyViolations: profile?.bodyViolations ?? 'validation_failed',
    docUrlInBody: profile?.docUrlInBody ?? profile === undefined,
  })
}

const defaultTypes: Readonly<Record<string, string>> = {
  api_error: 'Something failed on our side.',
  authentication_error: 'The credentials are missing or not valid.',
  invalid_request_error: 'The request is wrong as it was sent.',
  permission_error: 'The credentials are valid but may not do this.',
  rate_limit_error: 'Too many requests in too short a time.',
}

function defaultStatuses(): Record<number, StatusText> {
  return Object.fromEntries(
    Object.entries(statusNames).map(([status, name]) => [status, { name, meaning: `${name}.` }]),
  )
}

function checkedProfile(profile: unknown): Profile | undefined {
  if (profile === undefined) return undefined
  const candidate = profile as Partial<Profile> | null
  if (
    typeof candidate === 'object' &&
    candidate !== null &&
    typeof candidate.name === 'string' &&
    typeof candidate.statuses === 'object' &&
    typeof candidate.types === 'object'
  ) {
    return candidate as Profile
  }
  throw new ContractError(
    'defineContract: profile',
    `unknown profile, ${kindOf(profile)}`,
    "import one from 'culpa/profiles' (capture, convergegate, currents, errorList, fieldErrors, stripe), or leave it out",
  )
}

function checkedFormat(format: unknown): FormatName {
  if (formatNames.some((name) => name === format)) return format as FormatName
  throw new ContractError(
    'defineContract: format',
    `unknown format, ${kindOf(format)}`,
    `one of ${formatNames.join(', ')}`,
  )
}

function checkedDocs(docs: unknown): string {
  if (typeof docs === 'string' && /^(https?:\/\/|\/)[^\s<>"\\]+$/.test(docs) && !docs.endsWith('/')) return docs
  throw new ContractError(
    'defineContract: docs',
    `not a place to link to, ${kindOf(docs)}`,
    "an http(s) URL or an absolute path without a slash at its end, such as 'https://docs.example.com/errors'",
  )
}

function checkedStatuses(statuses: Readonly<Record<number, StatusText>>): Record<number, StatusText> {
  for (const key of Object.keys(statuses)) {
    const status = Number(key)
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new ContractError(`defineContract: statuses.${key}`, 'not an HTTP status', 'a number from 200 to 599')
    }
  }
  for (const status of [400, 500]) {
    if (statuses[status] === undefined) {
      throw new ContractError(
        'defineContract: statuses',
        `${status} is missing, and every status outside the table folds into it`,
        `add a row for ${status}`,
      )
    }
  }
  return { ...statuses }
}

function checkedTypes(types: Readonly<Record<string, string>>): Record<string, string> {
  for (const type of ['invalid_request_error', 'api_error']) {
    if (types[type] === undefined) {
      throw new ContractError(
        'defineContract: types',
        `${type} is missing, and every type outside the list folds into it`,
        `add ${type} with its meaning`,
      )
    }
  }
  return { ...types }
}

function checkOwnErrors(own: ErrorDeclarations, table: FoldTable): void {
  for (const [code, declaration] of Object.entries(own)) {
    const where = `defineContract: errors.${code}`
    if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(code)) {
      throw new ContractError(where, 'the code is not in snake_case', 'lower-case words joined by underscores')
    }
    if (Object.hasOwn(builtins, code)) {
      throw new ContractError(
        where,
        'there is a built-in code of this name',
        `reword it under builtins.${code}, or choose another name`,
      )
    }
    if (typeof declaration !== 'object' || declaration === null) {
      throw new ContractError(where, `not a declaration, ${kindOf(declaration)}`, 'an object with status and message')
    }
    checkDeclaration(where, declaration, table)
  }
}

function checkDeclaration(where: string, declaration: ErrorDeclaration, table: FoldTable): void {
  const { status, type, message, retry } = declaration
  if (!Number.isInteger(status) || status < 400 || status > 599) {
    throw new ContractError(`${where}.status`, `not a 4xx or 5xx status, ${kindOf(status)}`, 'a number from 400 to 599')
  }
  if (!table.statuses.has(status)) {
    throw new ContractError(
      `${where}.status`,
      `${status} is outside the contract's table (${[...table.statuses].join(', ')})`,
      'choose a status of the table, or add the status to it',
    )
  }
  if (type !== undefined && !table.types.has(type)) {
    throw new ContractError(
      `${where}.type`,
      `unknown type, ${kindOf(type)}`,
      `one of ${[...table.types].join(', ')}, or add it to types`,
    )
  }
  if (typeof message !== 'string' || message === '') {
    throw new ContractError(`${where}.message`, `no text, ${kindOf(message)}`, 'one sentence for the caller')
  }
  if (retry !== undefined && !['never', 'after_delay', 'backoff'].includes(retry)) {
    throw new ContractError(`${where}.retry`, `unknown advice, ${kindOf(retry)}`, 'never, after_delay or backoff')
  }
  checkExample(where, declaration)
}

function checkExample(where: string, declaration: ErrorDeclaration): void {
  const { details, example } = declaration
  if (details === undefined) {
    if (example === undefined) return
    throw new ContractError(
      `${where}.example`,
      'an example without a details schema',
      'add details, or drop the example',
    )
  }
  if (typeof details['~standard']?.validate !== 'function') {
    throw new ContractError(
      `${where}.details`,
      `not a Standard Schema, ${kindOf(details)}`,
      'a schema of zod, valibot, ArkType or any other library that follows Standard Schema',
    )
  }
  if (example === undefined) return
  const result = details['~standard'].validate(example)
  if (result instanceof Promise) {
    result.catch(() => undefined)
    throw new ContractError(`${where}.details`, 'the schema validates asynchronously', 'use a synchronous schema')
  }
  const issue = result.issues?.[0]
  if (issue !== undefined) {
    throw new ContractError(
      `${where}.example`,
      `the details schema rejects it (${issue.message})`,
      'make the example and the schema agree',
    )
  }
}

function* builtinDeclarations(
  profile: Profile | undefined,
  overrides: ContractDefinition<ErrorDeclarations>['builtins'],
): Generator<[name: string, override: BuiltinOverride, declaration: ErrorDeclaration]> {
  const all: Readonly<Record<string, BuiltinOverride | undefined>> = { ...overrides }
  for (const name of [...Object.keys(all), ...Object.keys(profile?.builtins ?? {})]) {
    if (Object.hasOwn(builtins, name)) continue
    throw new ContractError(
      `defineContract: builtins.${name}`,
      'there is no built-in code of this name',
      'declare your own codes under errors',
    )
  }
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

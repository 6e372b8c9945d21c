import { builtins } from './builtins.ts'
import { ContractError, kindOf } from './contract-error.ts'
import type { ErrorDeclaration, ErrorDeclarations } from './declaration.ts'
import type { FoldTable } from './fold.ts'
import { type BuiltinOverride, type FormatName, formatNames, type Profile, type StatusText } from './profile.ts'

export function checkedProfile(profile: unknown): Profile | undefined {
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

export function checkedFormat(format: unknown): FormatName {
  if (formatNames.some((name) => name === format)) return format as FormatName
  throw new ContractError(
    'defineContract: format',
    `unknown format, ${kindOf(format)}`,
    `one of ${formatNames.join(', ')}`,
  )
}

/** An origin without user or password, or nothing; then segments that nobody takes for something else. */
const place = /^(https?:\/\/(?:[\w.-]+|\[[\dA-Fa-f:.]+\])(?::\d+)?)?((?:\/(?:[\w.~-]|%[\dA-Fa-f]{2})+)*)$/
/** A step up or none at all; browsers resolve it before they ask (URL standard, §4.1). */
const dotSegment = /\/(?:\.|%2e){1,2}(?:\/|$)/i

/** Pages stand below it: what a browser, a router or a Link header would read otherwise is refused. */
export function checkedDocs(docs: unknown): string {
  const [whole, , path = ''] = typeof docs === 'string' ? (place.exec(docs) ?? []) : []
  if (whole !== undefined && whole !== '' && !dotSegment.test(path)) return whole
  throw new ContractError(
    'defineContract: docs',
    `no place that pages can stand below, ${kindOf(docs)}`,
    "an http(s) URL or an absolute path, such as 'https://docs.example.com/errors' or '/errors': without query, fragment, " +
      'empty or dot segments and without a slash at its end; in the path letters, digits, - . _ ~ and percent-encoding',
  )
}

export function checkedStatuses(statuses: Readonly<Record<number, StatusText>>): Record<number, StatusText> {
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

export function checkedTypes(types: Readonly<Record<string, string>>): Record<string, string> {
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

export function checkOwnErrors(own: ErrorDeclarations, table: FoldTable): void {
  for (const [code, declaration] of Object.entries(own)) {
    const where = `defineContract: errors.${code}`
    checkCode(where, code)
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

/** What a contract or its profile says about built-in codes. */
export function checkOverrides(overrides: Readonly<Record<string, BuiltinOverride>>, table: FoldTable): void {
  for (const [name, override] of Object.entries(overrides)) {
    const where = `defineContract: builtins.${name}`
    if (typeof override !== 'object' || override === null) {
      throw new ContractError(where, `not possible, ${kindOf(override)}`, 'an object with what is different')
    }
    const { code, ...changes } = override
    if (!Object.hasOwn(builtins, name)) {
      throw new ContractError(where, 'there is no built-in code of this name', 'declare your own codes under errors')
    }
    if (code !== undefined) checkCode(`${where}.code`, code)
    checkDeclaration(where, { status: 400, message: name, ...changes }, table)
  }
}

function checkCode(where: string, code: string): void {
  if (/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(code)) return
  throw new ContractError(where, 'the code is not in snake_case', 'lower-case words joined by underscores')
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
  if (typeof message !== 'string' || message.trim() === '') {
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

/** A fold that leads outside the table would be no fold. */
export function checkFolds({ folds, statuses }: FoldTable): void {
  for (const [from, { to }] of Object.entries(folds)) {
    if (statuses.has(Number(from)) || (statuses.has(to) && to >= 400)) continue
    throw new ContractError(
      `defineContract: folds.${from}`,
      `its target ${to} is no error status of the table`,
      'fold to a 4xx or 5xx of the table, or add the status to it',
    )
  }
}

export function checkedForeign(status: unknown): 403 | 404 {
  if (status === 403 || status === 404) return status
  throw new ContractError('defineContract: foreignResource', `not possible, ${kindOf(status)}`, '403 or 404')
}

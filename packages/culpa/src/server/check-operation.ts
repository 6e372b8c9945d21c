import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ContractError, kindOf } from '../contract/contract-error.ts'
import type { ErrorDeclarations } from '../contract/declaration.ts'
import type { Contract } from '../contract/define-contract.ts'
import { checkNumber } from './check-number.ts'
import { type OperationDefinition, operationMethods } from './operation.ts'

/** A definition as it comes, types erased: JavaScript, and TypeScript whose types were stripped, may say anything. */
export type GivenOperation = OperationDefinition<
  never,
  ErrorDeclarations,
  string,
  StandardSchemaV1,
  StandardSchemaV1,
  Readonly<Record<string, StandardSchemaV1>>,
  StandardSchemaV1,
  unknown,
  unknown
>

type Check = (where: string, value: unknown) => void

const functionValue = oneOfKind('a function', (value) => typeof value === 'function')
const flag = oneOfKind('true or false', (value) => typeof value === 'boolean')
const text = oneOfKind('a text', (value) => typeof value === 'string')
const texts = oneOfKind('a list of texts', isTexts)
const schema = oneOfKind('a Standard Schema, of zod, valibot or alike', isSchema)
const wish = oneOf('ignored', 'optional', 'required')

/** Every option of an operation, and what it may be. */
const checks: Readonly<Record<keyof GivenOperation, Check>> = {
  scopes: texts,
  open: flag,
  limit: oneOfKind('the name of a limit, or a list of names', (value) => typeof value === 'string' || isTexts(value)),
  cost: checkNumber,
  idempotency: wish,
  mode: oneOf('transactional', 'lease'),
  params: schema,
  query: schema,
  headers: eachHeader,
  body: schema,
  consumes: texts,
  produces: texts,
  maxBodyBytes: checkNumber,
  sensitive: texts,
  precondition: wish,
  etag: functionValue,
  timeoutMs: checkNumber,
  errors: texts,
  summary: text,
  returns: schema,
  returnsHeaders: eachHeader,
  handler: functionValue,
  reconcile: functionValue,
}

/**
 * Looks at a definition when it is made, so that a slip is found at start: `scope` for `scopes` would open an operation.
 * @throws {ContractError} naming the field, the kind of the value and the remedy
 */
export function checkOperation(id: string, given: GivenOperation, contract: Contract): void {
  const where = `operation ${JSON.stringify(id)}`
  checkId(where, id)
  if (typeof given !== 'object' || given === null) {
    throw new ContractError(where, `no definition, ${kindOf(given)}`, 'an object with a handler')
  }
  for (const [option, value] of Object.entries(given)) {
    if (!Object.hasOwn(checks, option)) {
      throw new ContractError(
        `${where}: ${option}`,
        'there is no such option',
        `one of ${Object.keys(checks).join(', ')}`,
      )
    }
    if (value !== undefined) checks[option as keyof GivenOperation](`${where}: ${option}`, value)
  }
  functionValue(`${where}: handler`, given.handler)
  for (const code of given.errors ?? []) checkCode(where, code, contract)
  if (given.body !== undefined && id.startsWith('GET ')) {
    throw new ContractError(`${where}: body`, 'GET takes no body', 'read the query instead, or use POST')
  }
  if (given.open === true && (given.scopes?.length ?? 0) > 0) {
    throw new ContractError(`${where}: open`, 'an open operation with scopes', 'drop one of the two')
  }
  if (given.etag !== undefined && (given.precondition ?? 'ignored') === 'ignored') {
    throw new ContractError(`${where}: precondition`, 'an etag that nobody compares', 'optional or required')
  }
  for (const option of ['consumes', 'produces'] as const) {
    if (given[option]?.length === 0)
      throw new ContractError(`${where}: ${option}`, 'an empty list', 'a media type, or leave it out')
  }
  if (given.precondition !== undefined && given.etag === undefined) {
    throw new ContractError(`${where}: etag`, 'precondition without etag', 'a function that gives the current ETag')
  }
}

/**
 * A code must be the contract's own.
 * @throws {ContractError}
 */
export function checkCode(where: string, code: string, contract: Contract): void {
  if (contract.codes.has(code)) return
  throw new ContractError(
    `${where}: errors`,
    `the contract declares no code ${kindOf(code)}`,
    'declare it in defineContract',
  )
}

function checkId(where: string, id: unknown): void {
  const [method, path, more] = typeof id === 'string' ? id.split(' ') : []
  if (!operationMethods.some((one) => one === method) || path === undefined || more !== undefined) {
    const example = `such as 'POST /v1/charges/:id'; methods: ${operationMethods.join(', ')}`
    throw new ContractError(where, 'not a method and a path', example)
  }
  const segments = path.split('/').slice(1)
  if (!path.startsWith('/') || (path !== '/' && segments.includes(''))) {
    throw new ContractError(where, 'an empty segment in the path', 'one slash between segments, none at the end')
  }
  const wrong = segments.find((segment) => !/^(?::[A-Za-z_]\w*|[\w.~%-]*)$/.test(segment))
  if (wrong !== undefined) {
    throw new ContractError(
      where,
      `the segment ${kindOf(wrong)} is neither plain nor one parameter`,
      "a parameter is a whole segment, as ':id'",
    )
  }
  const names = segments.filter((segment) => segment.startsWith(':'))
  if (names.includes(':__proto__')) {
    throw new ContractError(where, 'a path parameter that no object can hold', 'another name than __proto__')
  }
  if (new Set(names).size < names.length) {
    throw new ContractError(where, 'two path parameters of one name', 'give each a name of its own')
  }
}

function oneOf(...values: readonly string[]): Check {
  return oneOfKind(values.join(' or '), (value) => values.some((one) => one === value))
}

function oneOfKind(wanted: string, isOne: (value: unknown) => boolean): Check {
  return (where, value) => {
    if (!isOne(value)) throw new ContractError(where, `not possible, ${kindOf(value)}`, wanted)
  }
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isSchema(value: unknown): boolean {
  return typeof (value as StandardSchemaV1 | null)?.['~standard']?.validate === 'function'
}

function eachHeader(where: string, value: unknown): void {
  oneOfKind('a Standard Schema for each header', (one) => typeof one === 'object' && one !== null && !isSchema(one))(
    where,
    value,
  )
  for (const [name, one] of Object.entries(value as object)) schema(`${where}.${name}`, one)
}

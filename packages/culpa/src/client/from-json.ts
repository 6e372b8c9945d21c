import type { ApiClientError, ErrorFields } from './api-client-error.ts'
import * as connectionErrors from './connection-errors.ts'
import { member } from './plain.ts'
import * as responseErrors from './response-errors.ts'

type Shape = Readonly<Record<string, 'string' | 'number' | 'boolean' | 'object'>>

const fieldError: Shape = { path: 'string', code: 'string', message: 'string' }
const attempt: Shape = {
  number: 'number',
  method: 'string',
  url: 'string',
  status: 'number',
  code: 'string',
  durationMs: 'number',
  delayMs: 'number',
}
const error: Shape = {
  message: 'string',
  code: 'string',
  type: 'string',
  rawCode: 'string',
  status: 'number',
  param: 'string',
  docUrl: 'string',
  details: 'object',
  requestId: 'string',
  format: 'string',
  outcome: 'string',
  replayed: 'boolean',
  retryAfterMs: 'number',
  stopped: 'string',
}

/**
 * The error that was written with `toJSON`, as one of this copy of culpa: for what comes out of `structuredClone`, a worker
 * or a log, where errors lose their class. Only the fields of an error are read, each only where it is of its kind. A
 * class that is not known here is an `ApiError`; nothing where the value is no such error.
 * @example
 * worker.onmessage = ({ data }) => show(fromJSON(data.error))
 */
export function fromJSON(value: unknown): ApiClientError | undefined {
  const { message, code, status, ...fields } = picked(value, error) as Partial<ErrorFields>
  if (message === undefined || code === undefined) return undefined
  const known = [...Object.values(connectionErrors), ...Object.values(responseErrors)]
  const Class = known.find(({ kind }) => kind === member(value, 'name')) ?? responseErrors.ApiError
  if (status === undefined && Class.prototype instanceof responseErrors.ApiResponseError) return undefined
  // One cast: each class takes these fields, and what they hold was checked above.
  return new (Class as typeof responseErrors.ApiError)({
    ...fields,
    message,
    code,
    status: status as number,
    fieldErrors: listOf(member(value, 'fieldErrors'), fieldError) as ErrorFields['fieldErrors'],
    attempts: listOf(member(value, 'attempts'), attempt) as ErrorFields['attempts'],
    cause: member(value, 'cause'),
  })
}

function listOf(value: unknown, shape: Shape): readonly unknown[] {
  return Array.isArray(value) ? value.map((item) => picked(item, shape)) : []
}

function picked(value: unknown, shape: Shape): Readonly<Record<string, unknown>> {
  const entries = Object.entries(shape).map(([key, kind]) => [key, kind, member(value, key)] as const)
  return Object.fromEntries(
    entries.flatMap(([key, kind, found]) => (typeof found === kind && found !== null ? [[key, found]] : [])),
  )
}

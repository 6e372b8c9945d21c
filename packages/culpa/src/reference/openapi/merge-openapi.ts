import { ContractError, kindOf } from '../../contract/contract-error.ts'
import type { JsonValue } from '../../formats/format.ts'
import type { OpenapiDocument } from './create-openapi.ts'
import { type JsonObject, objectAt } from './json-object.ts'
import { matchOperations, type OperationMatch } from './match-operations.ts'
import { mergeComponents } from './merge-components.ts'
import { isOurs, mergeParts } from './own-parts.ts'

/** A document with errors added, and what could not be. */
export interface MergedOpenapi {
  readonly document: JsonObject
  /** Operations of the API that the document does not have, as `GET /v1/charges/{id}`. */
  readonly missing: readonly string[]
  /** Failed answers that the document describes by itself, as `GET /v1/charges/{id} 404`. */
  readonly kept: readonly string[]
}

/**
 * Adds the errors of a generated document to the operations of an existing one. What stands there stays as it is, in its
 * order; what is added is marked `x-culpa`, so that adding again brings it up to date.
 * @throws {ContractError} for documents of different versions of OpenAPI
 * @example
 * const { document, kept, missing } = mergeOpenapi(existing, createOpenapi(api))
 */
export function mergeOpenapi(existing: JsonObject, generated: OpenapiDocument): MergedOpenapi {
  checkVersions(existing, generated)
  const { matches, missing } = matchOperations(existing, generated)
  const additions = matches.map((match) => ({ ...match, answers: answersToAdd(match) }))
  const parts = additions.flatMap(({ answers }) => Object.values(answers))
  const { components, place } = mergeComponents(existing, generated, parts)
  const paths: Record<string, JsonValue> = { ...objectAt(existing, 'paths') }
  for (const { path, method, theirs, answers } of additions) {
    const added = Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, place(answer)]))
    const responses = mergeParts(objectAt(theirs, 'responses'), added)
    paths[path] = { ...(paths[path] as JsonObject), [method]: { ...theirs, responses } }
  }
  const document = { ...existing, paths, ...(Object.keys(components).length > 0 && { components }) }
  return { document, missing, kept: matches.flatMap(keptAnswers) }
}

/** Failed answers of an operation that nobody has described yet. */
function answersToAdd({ theirs, ours }: OperationMatch): Readonly<Record<string, JsonObject>> {
  const answers = Object.entries(objectAt(ours, 'responses')).filter(([status]) => isFree(theirs, status))
  return Object.fromEntries(answers) as Record<string, JsonObject>
}

function keptAnswers(match: OperationMatch): string[] {
  const { path, method, theirs, ours } = match
  const statuses = Object.keys(objectAt(ours, 'responses')).filter(
    (status) => isFailure(status) && !isFree(theirs, status),
  )
  return statuses.map((status) => `${method.toUpperCase()} ${path} ${status}`)
}

function isFree(theirs: JsonObject, status: string): boolean {
  const answer = objectAt(theirs, 'responses')[status]
  return isFailure(status) && (answer === undefined || isOurs(answer))
}

function isFailure(status: string): boolean {
  return /^[45]/.test(status)
}

function checkVersions({ openapi }: JsonObject, generated: OpenapiDocument): void {
  const minor = (version: JsonValue | undefined) => /^3\.[12](?=\.|$)/.exec(String(version))?.[0]
  const wanted = minor(openapi)
  if (wanted === minor(generated.openapi)) return
  throw new ContractError(
    'mergeOpenapi: openapi',
    `the errors are for ${generated.openapi}, the document has ${kindOf(openapi)}`,
    wanted === undefined ? 'bring the document to OpenAPI 3.1 or 3.2' : `create them with version: '${wanted}'`,
  )
}

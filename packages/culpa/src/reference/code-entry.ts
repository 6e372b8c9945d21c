import type { ResolvedError } from '../contract/declaration.ts'
import type { Contract } from '../contract/define-contract.ts'
import type { JsonValue } from '../formats/format.ts'
import { formats } from '../formats/index.ts'
import { clientSnippet } from './client-snippet.ts'
import { type Trigger, toCurl } from './curl.ts'
import { detailsEntry } from './details-entry.ts'
import { exampleThrow } from './example-error.ts'
import { headerEntry, headersOf } from './headers.ts'
import { recordedExample } from './recorded-example.ts'
import type { CodeEntry, DetailsEntry, WireExample } from './reference.ts'
import type { DocumentedApi } from './reference-api.ts'
import { baseUrlOf, type ReferenceOptions, takesKeys } from './reference-options.ts'
import { operationsWith, sendersOf } from './senders.ts'
import { operatorText, repeatTexts, retryTexts } from './texts.ts'
import { wireExample } from './wire-example.ts'

/** What the page of a code says; what the declaration leaves out is taken from the row of its status. */
export function codeEntry(api: DocumentedApi, error: ResolvedError, options: ReferenceOptions): CodeEntry {
  const { contract } = api
  const { answers = {} } = options
  const row = contract.statuses[error.status]
  const operations = operationsWith(api, error)
  const declared = detailsEntry(error, options.toJsonSchema)
  const thrown = exampleThrow(error, { api, operations, convert: options.toJsonSchema })
  const recorded = Object.hasOwn(answers, error.code) ? answers[error.code] : undefined
  const example = recorded === undefined ? wireExample(contract, error, thrown, operations) : recordedExample(recorded)
  const details = recorded === undefined ? declared : withExample(declared, contract, example)
  const triggers = (options.triggers ?? []).filter(({ code }) => code === error.code)
  return {
    code: error.code,
    status: error.status,
    statusName: row?.name ?? '',
    type: error.type,
    url: error.docUrl,
    message: error.message,
    causes: error.causes.length > 0 ? error.causes : (row?.causes ?? []),
    fix: error.fix ?? row?.fix ?? '',
    operatorFix: error.operatorFix ?? operatorText(error.status),
    retry: { advice: error.retry, meaning: retryMeaning(api, error) },
    showToUser: error.showToUser === true,
    headers: headersOf(error).map((name) => headerEntry(name)),
    details,
    example,
    provoke: triggers.flatMap((trigger) => provokeEntry(trigger, options)),
    unprovokable: triggers.find(({ cannot }) => cannot !== undefined)?.cannot,
    client: clientSnippet(error, operations[0], details?.fields ?? []),
    senders: sendersOf(api, error),
    folds: error.folds,
    since: error.since,
    deprecated: error.deprecated,
  }
}

/** Details as the example has them, so that a page does not show two. */
function withExample(details: DetailsEntry | undefined, { format }: Contract, { body }: WireExample) {
  const sent = formats[format].decode(body).details
  if (details === undefined || sent === undefined) return details
  // Taken out of JSON, it is JSON.
  return { ...details, example: sent as JsonValue }
}

function retryMeaning(api: DocumentedApi, { retry, declaredStatus }: ResolvedError): string {
  if (retry !== 'backoff' || declaredStatus < 500) return retryTexts[retry]
  return `${retryTexts[retry]} ${takesKeys(api) ? repeatTexts.withKey : repeatTexts.withoutKey}`
}

function provokeEntry(trigger: Trigger, options: ReferenceOptions): CodeEntry['provoke'] {
  if (trigger.steps === undefined) return []
  return [{ cause: trigger.cause, curl: toCurl(trigger, baseUrlOf(options)) }]
}

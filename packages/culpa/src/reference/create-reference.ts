import type { RetryAdvice } from '../contract/declaration.ts'
import type { Contract } from '../contract/define-contract.ts'
import { formats } from '../formats/index.ts'
import { apiHeaders, requestHeaders } from './api-headers.ts'
import { bodyEntry } from './body-entry.ts'
import { everySnippet } from './client-snippet.ts'
import { codeEntry } from './code-entry.ts'
import type { CodeEntry, FoldEntry, OperationEntry, Reference } from './reference.ts'
import type { DocumentedApi } from './reference-api.ts'
import { baseUrlOf, type ReferenceOptions, takesKeys } from './reference-options.ts'
import { operationsWith } from './senders.ts'
import { messageRules, retrySteps, retryTexts, statusClasses } from './texts.ts'

/**
 * Everything a reader of an API's errors wants to know, drawn from its contract and operations.
 * @example
 * const reference = createReference(api, { baseUrl: 'https://api.example.com' })
 */
export function createReference(api: DocumentedApi, options: ReferenceOptions = {}): Reference {
  const { contract } = api
  const codes = [...contract.codes.values()]
    .sort((a, b) => a.status - b.status || (a.code < b.code ? -1 : 1))
    .map((error) => codeEntry(api, error, options))
  const used = codes.filter(({ senders }) => senders.who !== 'none')
  return {
    name: contract.name,
    title: options.title ?? `${contract.name}: errors`,
    summary: contract.profile?.summary ?? '',
    docs: contract.docs,
    baseUrl: baseUrlOf(options),
    format: contract.format,
    mediaType: formats[contract.format].mediaType,
    classes: statusClasses,
    statuses: statusesOf(contract, used),
    body: bodyEntry(contract),
    codes,
    types: Object.entries(contract.types).map(([type, meaning]) => ({
      type,
      meaning,
      codes: namesOf(used, (one) => one.type === type),
    })),
    folds: foldsOf(used),
    headers: apiHeaders(api, used, options),
    requestHeaders: requestHeaders(api),
    retry: { steps: retrySteps(takesKeys(api)), advice: adviceOf(used) },
    client: snippetOf(api, used),
    messages: { rules: messageRules, shown: namesOf(used, ({ showToUser }) => showToUser) },
    operations: operationsOf(api),
  }
}

/** A profile's table is shown whole; of any other what can come. */
function statusesOf({ statuses, profile }: Contract, codes: readonly CodeEntry[]): Reference['statuses'] {
  const rows = Object.entries(statuses).map(([key, { name, meaning, causes = [], fix }]) => {
    const status = Number(key)
    return { status, name, meaning, causes, fix, codes: namesOf(codes, (one) => one.status === status) }
  })
  return rows.filter(({ status, codes: names }) => profile !== undefined || status < 300 || names.length > 0)
}

function foldsOf(codes: readonly CodeEntry[]): FoldEntry[] {
  const found = new Map<string, FoldEntry>()
  for (const { code, folds } of codes) {
    for (const { from, to, why } of folds) {
      const key = JSON.stringify([from, to, why])
      found.set(key, { from, to, why, codes: [...(found.get(key)?.codes ?? []), code] })
    }
  }
  return [...found.values()].sort((a, b) => (a.from < b.from ? -1 : 1))
}

/** With a code whose message is for users, where there is one: that is what most programs have to tell apart. */
function snippetOf(api: DocumentedApi, codes: readonly CodeEntry[]): string {
  const shown = codes.find(({ showToUser }) => showToUser)?.code
  const error = [...api.contract.codes.values()].find(({ code }) => code === shown)
  const operations = error === undefined ? api.plans.map(({ operation }) => operation) : operationsWith(api, error)
  return everySnippet(error, operations[0])
}

function adviceOf(codes: readonly CodeEntry[]): Reference['retry']['advice'] {
  return (Object.keys(retryTexts) as RetryAdvice[]).map((advice) => ({
    advice,
    meaning: retryTexts[advice],
    codes: namesOf(codes, ({ retry }) => retry.advice === advice),
  }))
}

function operationsOf({ contract, plans }: DocumentedApi): OperationEntry[] {
  const sent = (names: Iterable<string>) => [...names].map((name) => contract.codes.get(name)?.code ?? name).sort()
  return plans.map(({ operation: { id, summary, errors }, codes }) => {
    return { operation: id, summary, own: sent(new Set(errors)), codes: sent(codes) }
  })
}

function namesOf(codes: readonly CodeEntry[], isOne: (entry: CodeEntry) => boolean): string[] {
  return codes.filter(isOne).map(({ code }) => code)
}

import type { RetryAdvice } from '../contract/declaration.ts'
import type { Contract } from '../contract/define-contract.ts'
import { formats } from '../formats/index.ts'
import { bodyEntry } from './body-entry.ts'
import { codeEntry } from './code-entry.ts'
import { type HeaderName, headerEntry, headersOfErrors } from './headers.ts'
import type { ApiHeader, CodeEntry, FoldEntry, OperationEntry, Reference } from './reference.ts'
import type { DocumentedApi } from './reference-api.ts'
import { baseUrlOf, type ReferenceOptions, takesKeys } from './reference-options.ts'
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
    headers: headersOfApi(api, used),
    retry: { steps: retrySteps(takesKeys(api)), advice: adviceOf(used) },
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

function headersOfApi(api: DocumentedApi, codes: readonly CodeEntry[]): ApiHeader[] {
  const limited = api.plans.some(({ operation }) => operation.limit.length > 0)
  const special = new Map(codes.flatMap(({ headers }) => headers.map((header) => [header.name, header] as const)))
  const sent = (name: HeaderName, when: string) => ({ ...headerEntry(name), when })
  return [
    ...headersOfErrors.map((name) => sent(name, name === 'Request-Id' ? 'every answer' : 'every error')),
    ...[...special.values()].map((header) => ({ ...header, when: whenSent(header.name, codes, limited) })),
    ...(takesKeys(api) ? [sent('Idempotent-Replayed', 'a repeated answer')] : []),
  ]
}

function whenSent(name: string, codes: readonly CodeEntry[], limited: boolean): ApiHeader['when'] {
  if (name.startsWith('RateLimit') && limited) return 'every answer that a limit was counted for'
  return namesOf(codes, ({ headers }) => headers.some((header) => header.name === name))
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

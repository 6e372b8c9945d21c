import type { CodeEntry, OperationEntry, Reference } from 'culpa/reference'
import type { Change, ChangeKind } from './change.ts'
import { compareSchemas } from './compare-schemas.ts'

/** What a comparison reads of a catalogue. */
export type Catalogue = Pick<Reference, 'name' | 'format' | 'docs'> & {
  readonly operations: readonly Pick<OperationEntry, 'operation'>[]
  readonly codes: readonly ComparedCode[]
}

export type ComparedCode = Pick<
  CodeEntry,
  'code' | 'status' | 'type' | 'message' | 'retry' | 'showToUser' | 'details' | 'deprecated' | 'senders'
>

/** Everything that is different, in the order of the catalogue. Single APIs are compared whatever their names. */
export function compareCatalogues(before: readonly Catalogue[], after: readonly Catalogue[]): readonly Change[] {
  const [onlyOld, onlyNew] = [before[0], after[0]]
  if (before.length === 1 && after.length === 1 && onlyOld !== undefined && onlyNew !== undefined) {
    return compareOne(onlyOld, onlyNew)
  }
  return [
    ...before.flatMap((old) => {
      const next = after.find(({ name }) => name === old.name)
      if (next !== undefined) return compareOne(old, next)
      return [{ kind: 'api_removed', breaking: true, api: old.name, message: 'the API is gone' } as const]
    }),
    ...after
      .filter(({ name }) => !before.some((old) => old.name === name))
      .map(({ name }) => ({ kind: 'api_added', breaking: false, api: name, message: 'the API is new' }) as const),
  ]
}

function compareOne(old: Catalogue, next: Catalogue): readonly Change[] {
  const api = next.name
  const whole = [
    differs(api, 'format_changed', true, 'format', old.format, next.format),
    differs(api, 'docs_moved', false, 'docs', old.docs, next.docs),
  ].flat()
  return [...whole, ...codes(api, old, next), ...operations(api, old, next)]
}

function codes(api: string, old: Catalogue, next: Catalogue): readonly Change[] {
  const nextByCode = new Map(next.codes.map((one) => [one.code, one]))
  const known = new Set(old.codes.map(({ code }) => code))
  return [
    ...old.codes.flatMap((one) => {
      const other = nextByCode.get(one.code)
      return other === undefined ? [removedCode(api, one)] : changedCode(api, one, other)
    }),
    ...next.codes
      .filter(({ code }) => !known.has(code))
      .map(({ code, status }) => ({
        kind: 'code_added' as const,
        breaking: false,
        api,
        code,
        to: String(status),
        message: `new, with ${status}`,
      })),
  ]
}

/** A code that no operation could answer with is missed by nobody. */
function removedCode(api: string, { code, status, senders }: ComparedCode): Change {
  const breaking = senders.who !== 'none'
  const message = breaking ? 'removed' : 'removed; no operation had it'
  return { kind: 'code_removed', breaking, api, code, from: String(status), message }
}

function changedCode(api: string, old: ComparedCode, next: ComparedCode): readonly Change[] {
  const { code } = old
  const isGivenUp = next.retry.advice === 'never'
  return [
    ...differs(api, 'status_changed', true, 'status', String(old.status), String(next.status)),
    ...differs(api, 'type_changed', true, 'type', old.type, next.type),
    ...differs(api, 'retry_changed', isGivenUp, 'retry', old.retry.advice, next.retry.advice),
    ...differs(api, 'show_to_user_changed', old.showToUser, 'showToUser', `${old.showToUser}`, `${next.showToUser}`),
    ...differs(api, 'message_changed', false, 'message', old.message, next.message),
    ...(old.deprecated === undefined && next.deprecated !== undefined
      ? [{ kind: 'deprecated' as const, breaking: false, api, message: `deprecated: ${next.deprecated}` }]
      : []),
    ...details(api, old, next),
  ].map((change) => ({ ...change, code }))
}

function details(api: string, { details: old }: ComparedCode, { details: next }: ComparedCode): readonly Change[] {
  if (old === undefined && next === undefined) return []
  if (next === undefined) return [{ kind: 'details_removed', breaking: true, api, message: 'has no details any more' }]
  if (old === undefined) return [{ kind: 'details_added', breaking: false, api, message: 'has details now' }]
  if (old.schema !== undefined && next.schema !== undefined) {
    return compareSchemas(old.schema, next.schema).map(({ pointer, breaking, message }) => ({
      kind: 'details_changed',
      breaking,
      api,
      pointer,
      message: `details${pointer}: ${message}`,
    }))
  }
  const names = new Set(next.fields.map(({ name }) => name))
  const gone = old.fields.filter(({ name }) => !names.has(name))
  if (gone.length === 0) {
    const isSame = old.schema === undefined && next.schema === undefined
    if (isSame) return []
    return [{ kind: 'details_unknown', breaking: false, api, message: 'details cannot be compared: one has no schema' }]
  }
  return gone.map(({ name }) => ({
    kind: 'details_changed',
    breaking: true,
    api,
    pointer: `/${name}`,
    message: `details/${name}: is no longer there`,
  }))
}

function operations(api: string, old: Catalogue, next: Catalogue): readonly Change[] {
  // A contract alone has none to compare.
  if (old.operations.length === 0 || next.operations.length === 0) return []
  const [before, after] = [codesByOperation(old), codesByOperation(next)]
  return [
    ...[...before].flatMap(([operation, had]): Change[] => {
      const has = after.get(operation)
      if (has === undefined) {
        return [{ kind: 'operation_removed', breaking: true, api, operation, message: 'the operation is gone' }]
      }
      return [
        ...[...has].filter((code) => !had.has(code)).map((code) => ofOperation(api, operation, code, 'added')),
        ...[...had].filter((code) => !has.has(code)).map((code) => ofOperation(api, operation, code, 'removed')),
      ]
    }),
    ...[...after.keys()]
      .filter((operation) => !before.has(operation))
      .map((operation): Change => ({ kind: 'operation_added', breaking: false, api, operation, message: 'new' })),
  ]
}

/** Callers are open to codes they do not know, and do not miss one that no longer comes. */
function ofOperation(api: string, operation: string, code: string, what: 'added' | 'removed'): Change {
  const message = what === 'added' ? `may answer ${code} now` : `never answers ${code} any more`
  return { kind: `operation_code_${what}`, breaking: false, api, operation, code, message }
}

function codesByOperation({ codes: all, operations: listed }: Catalogue): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    listed.map(({ operation }) => [
      operation,
      new Set(all.filter(({ senders }) => senders.operations.includes(operation)).map(({ code }) => code)),
    ]),
  )
}

function differs(
  api: string,
  kind: ChangeKind,
  breaking: boolean,
  what: string,
  from: string,
  to: string,
): readonly Change[] {
  return from === to ? [] : [{ kind, breaking, api, from, to, message: `${what} ${from} → ${to}` }]
}

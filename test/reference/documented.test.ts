import { createReference, type Reference, referenceSite } from 'culpa/reference'
import { describe, expect, test } from 'vitest'
import { documentedApis, origin } from '../support/documented-apis.ts'
import { rowsOf, textOf } from '../support/html-tables.ts'

/** What each error page says besides its table, as a reader would look for it. */
const promises: Readonly<Record<string, readonly RegExp[]>> = {
  stripe: [/decline_code/, /doc_url/, /idempotency_error/],
  convergegate: [/exponential/, /idempotency key/i, /charge_id/, /customer_mismatch/, /permission_error/, /rare/],
  capture: [/api_connection_error/, /hidden/, /only administrators/, /maintenance/i, /exception/, /error\.param/],
  'field-errors': [/errors object/, /status page/, /RateLimit-Policy/, /"email": \[/],
  currents: [/FAILED/, /exponential/, /permission/],
  'error-list': [/errors\[\]\.param/, /declin/, /logged in/, /rare/],
}

describe.each(documentedApis)('the reference of $name', (documented, system) => {
  const { name, errorStatuses, types } = documented
  const { contract, plans } = system.api
  const reference = createReference(system.api, { baseUrl: origin, triggers: system.triggers })
  const files = new Map(referenceSite(reference).map(({ path, text }) => [path, text]))
  const overview = files.get('index.html') ?? ''
  const markdown = files.get('index.md') ?? ''

  test('shows exactly the statuses of its page, each with its meaning, causes and what to do', () => {
    const rows = rowsOf(overview, 'Every status this API answers with')
    expect(rows.map(([status]) => Number.parseInt(status ?? '', 10))).toEqual([200, ...errorStatuses])
    for (const [status, meaning, causes, fix] of rows) {
      const row = contract.statuses[Number.parseInt(status ?? '', 10)]
      expect([meaning, causes, fix]).toEqual([row?.meaning, row?.causes?.join(''), row?.fix])
    }
  })

  test('shows exactly its types, and says whether bodies have them', () => {
    const shown = rowsOf(overview, 'Every type, the coarse class of a failure').map(([type]) => type)
    expect(shown).toEqual(Object.keys(contract.types))
    expect(types.filter((type) => !shown.includes(type))).toEqual([])
    expect(overview.includes('bodies carry none')).toBe(types.length === 0)
    expect(reference.body.tellsType).toBe(types.length > 0)
  })

  test('shows exactly the codes that its operations can answer with, and names the others', () => {
    const sent = new Set(['route_unknown', 'method_not_allowed', ...plans.flatMap(({ codes }) => [...codes])])
    const wire = [...sent].map((one) => contract.codes.get(one)?.code ?? one)
    const shown = rowsOf(overview, 'Every code, with the way to its page').map(([code]) => code ?? '')
    expect(shown.toSorted()).toEqual(wire.sort())
    const rest = reference.codes.filter(({ code }) => !shown.includes(code)).map(({ code }) => code)
    for (const code of rest) expect(overview).toContain(`<a href="${code}.html">`)
    expect(reference.codes).toHaveLength(contract.codes.size)
  })

  test('names every fold of a code that can come, with its reason', () => {
    const rows = rowsOf(overview, 'Folded statuses and types')
    const told = rows.flatMap(([from, to, why, codes = '']) =>
      codes.split(', ').map((code) => [code, from, to, why].join('|')),
    )
    const folded = [...contract.codes.values()]
      .filter(({ code }) => rowsOf(overview, 'Every code, with the way to its page').some(([one]) => one === code))
      .flatMap(({ code, folds }) => folds.map(({ from, to, why }) => [code, from, to, why].join('|')))
    expect(told.toSorted()).toEqual(folded.sort())
  })

  test('says what else its page promises', () => {
    for (const promise of promises[name] ?? []) expect(markdown).toMatch(promise)
  })

  test('describes each member of a body, and an example that has them', () => {
    for (const { path, meaning } of reference.body.members) {
      expect(meaning, path).toMatch(/^\S.{10,}\.$/)
      expect(overview).toContain(`<code>${path}</code>`)
    }
  })

  test('has a page for every code: causes, remedies, retry, example, how to provoke and catch it', () => {
    for (const entry of reference.codes) {
      const page = files.get(`${entry.code}.html`) ?? ''
      const text = textOf(page)
      for (const part of [entry.message, ...entry.causes, entry.fix, entry.operatorFix, entry.retry.meaning]) {
        expect(text, entry.code).toContain(part)
      }
      expect(entry.causes.length, entry.code).toBeGreaterThan(0)
      expect(entry.fix, entry.code).not.toBe('')
      expect(text).toContain(entry.url)
      expect(entry.provoke.length > 0).toBe(entry.unprovokable === undefined)
      expect(entry.client).toContain(`isApiError(error, '${entry.code}')`)
    }
  })

  test('says who may answer with a code exactly as the operations do', () => {
    for (const { code, senders } of reference.codes) expect(senders, code).toEqual(sendersOf(code))
  })

  function sendersOf(code: string): Reference['codes'][number]['senders'] {
    if (['route_unknown', 'method_not_allowed'].includes(code)) return { who: 'anywhere', operations: [] }
    const operations = plans.filter(({ codes }) => codes.has(code)).map(({ id }) => id)
    const who = operations.length === 0 ? 'none' : operations.length === plans.length ? 'every' : 'some'
    return { who, operations }
  }
})

test('field-errors: each documented cause of a 4xx can be provoked with a command of its own', () => {
  const [, system] = documentedApis.find(([{ name }]) => name === 'field-errors') ?? []
  if (system === undefined) throw new Error('no field-errors')
  const reference = createReference(system.api, { baseUrl: origin, triggers: system.triggers })
  const causes = reference.codes
    .filter(({ status }) => status < 500)
    .flatMap(({ provoke }) => provoke.map(({ cause }) => cause))
  for (const cause of [
    ...[
      /invalid JSON/,
      /query parameter is missing/,
      /header is missing/,
      /path parameter is missing/,
      /malformed data/,
    ],
    ...[
      /Authorization header is missing/,
      /unknown key/,
      /revoked key/,
      /lacks the permission/,
      /another organisation/,
    ],
    ...[/malformed id/, /deleted/, /mistyped URL/, /POST on a route that only answers GET/, /duplicate/, /lost race/],
    ...[/locked/, /field of the body is missing/, /wrong type/, /out of range/, /burst/],
  ]) {
    expect(causes).toContainEqual(expect.stringMatching(cause))
  }
})

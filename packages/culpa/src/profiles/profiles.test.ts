import { describe, expect, test } from 'vitest'
import { builtins } from '../contract/builtins.ts'
import { defineContract } from '../contract/define-contract.ts'
import type { Profile, StatusText } from '../contract/profile.ts'
import { capture, convergegate, currents, errorList, fieldErrors, profiles, stripe } from './index.ts'

const all = Object.values(profiles) as readonly Profile[]

const expected: Readonly<Record<keyof typeof profiles, { format: string; statuses: number[]; types: string[] }>> = {
  convergegate: {
    format: 'stripe',
    statuses: [200, 400, 401, 402, 404, 409, 429, 500, 502, 503, 504],
    types: ['api_error', 'authentication_error', 'invalid_request_error', 'permission_error', 'voucher_error'],
  },
  capture: {
    format: 'stripe',
    statuses: [200, 400, 401, 402, 403, 404, 405, 406, 409, 410, 429, 500, 502, 503, 504],
    types: [
      'api_connection_error',
      'api_error',
      'authentication_error',
      'card_error',
      'invalid_request_error',
      'rate_limit_error',
    ],
  },
  'field-errors': {
    format: 'field-errors',
    statuses: [200, 400, 401, 403, 404, 405, 409, 422, 429, 500, 502, 503, 504],
    types: [
      'api_error',
      'authentication_error',
      'conflict_error',
      'invalid_request_error',
      'permission_error',
      'rate_limit_error',
      'validation_error',
    ],
  },
  currents: {
    format: 'currents',
    statuses: [200, 400, 401, 402, 403, 404, 409, 429, 500, 502, 503, 504],
    types: [
      'api_error',
      'authentication_error',
      'conflict_error',
      'invalid_request_error',
      'permission_error',
      'rate_limit_error',
      'request_failed_error',
    ],
  },
  'error-list': {
    format: 'error-list',
    statuses: [200, 400, 401, 402, 403, 404, 500, 502, 503, 504],
    types: [
      'api_error',
      'authentication_error',
      'card_error',
      'invalid_request_error',
      'permission_error',
      'rate_limit_error',
    ],
  },
  stripe: {
    format: 'stripe',
    statuses: [200, 400, 401, 402, 403, 404, 409, 424, 429, 500, 502, 503, 504],
    types: ['api_error', 'card_error', 'idempotency_error', 'invalid_request_error'],
  },
}

/** The code as it goes out under a profile. */
function sent(profile: Profile, code: keyof typeof builtins) {
  return defineContract({ profile, docs: '/errors' }).codes.get(code)!
}

function rowsOf(profile: Profile): readonly StatusText[] {
  return Object.values(profile.statuses)
}

test('there are six profiles, each under its own name', () => {
  expect(all).toHaveLength(6)
  for (const [name, profile] of Object.entries(profiles)) expect(profile.name).toBe(name)
  expect(Object.keys(profiles)).toEqual(Object.keys(expected))
})

describe.each(all)('$name', (profile) => {
  const { format, statuses, types } = expected[profile.name as keyof typeof profiles]
  const contract = defineContract({ profile, docs: '/errors' })

  test('has exactly the documented statuses', () => {
    expect(Object.keys(profile.statuses).map(Number)).toEqual(statuses)
  })

  test('has exactly the documented types and envelope', () => {
    expect(Object.keys(profile.types).sort()).toEqual(types)
    expect(profile.format).toBe(format)
  })

  test('every status has a name, a meaning, causes and a fix', () => {
    expect(profile.summary).toMatch(/\.$/)
    for (const row of rowsOf(profile)) {
      expect(row.name).not.toBe('')
      expect(row.causes?.length).toBeGreaterThan(0)
      for (const text of [row.meaning, row.fix, ...(row.causes ?? [])]) expect(text).toMatch(/^\S.{5,}\.$/)
    }
  })

  test('every type has a meaning', () => {
    for (const meaning of Object.values(profile.types)) expect(meaning).toMatch(/^\S.{5,}\.$/)
  })

  test('every built-in code resolves to a status and a type of the table', () => {
    expect([...contract.codes.keys()]).toEqual(Object.keys(builtins))
    for (const error of contract.codes.values()) {
      expect(statuses.slice(1), error.code).toContain(error.status)
      expect(types, error.code).toContain(error.type)
    }
  })

  test('types by status are for failures and of the list', () => {
    for (const [status, type] of Object.entries(profile.typeByStatus ?? {})) {
      expect(types).toContain(type)
      expect(Number(status)).toBeGreaterThanOrEqual(400)
    }
  })

  test('every departure from a built-in status and from the fold of the RFC says why', () => {
    for (const { to, why } of Object.values(profile.folds ?? {})) {
      expect(statuses).toContain(to)
      expect(why).toMatch(/^\S.{40,}\.$/)
    }
    for (const [code, override] of Object.entries(profile.builtins ?? {})) {
      if (override.status !== undefined) expect(override.why, code).toMatch(/^\S.{40,}\.$/)
    }
  })

  test('reworded texts of built-in codes are whole sentences', () => {
    for (const { message, causes = [], fix } of Object.values(profile.builtins ?? {})) {
      for (const text of [message, fix, ...causes]) if (text !== undefined) expect(text).toMatch(/^[A-Z].{5,}\.$/)
    }
  })
})

test('no two rows of any two profiles share a meaning', () => {
  const meanings = all.flatMap((profile) => rowsOf(profile).map((row) => row.meaning))
  expect(new Set(meanings).size).toBe(meanings.length)
})

describe('a reused idempotency key', () => {
  test.each([convergegate, capture] as Profile[])('is a conflict in $name', (profile) => {
    const error = sent(profile, 'idempotency_key_reused')
    expect(error).toMatchObject({ status: 409, type: 'invalid_request_error' })
    expect(error.folds[0]).toMatchObject({ from: '422', to: '409' })
  })

  test('is 400 with type idempotency_error in stripe', () => {
    expect(sent(stripe, 'idempotency_key_reused')).toMatchObject({ status: 400, type: 'idempotency_error' })
  })

  test('is 422 in field-errors, and no violation of a field', () => {
    expect(sent(fieldErrors, 'idempotency_key_reused')).toMatchObject({ status: 422, type: 'invalid_request_error' })
  })

  test.each([currents, errorList] as Profile[])('folds to 400 in $name', (profile) => {
    const error = sent(profile, 'idempotency_key_reused')
    expect(error.status).toBe(400)
    expect(error.folds[0]?.why).toMatch(/^RFC 9110 §15:/)
  })
})

test.each(['permission_denied', 'organization_suspended'] as const)(
  'convergegate sends %s as 401 permission_error and says why',
  (code) => {
    const error = sent(convergegate, code)
    expect(error).toMatchObject({ status: 401, type: 'permission_error' })
    expect(error.folds).toEqual([{ from: '403', to: '401', why: convergegate.folds[403].why }])
  },
)

test('convergegate answers a resource of another organisation like an absent one, whatever code is thrown', () => {
  const contract = defineContract({ profile: convergegate, docs: '/errors' })
  expect(contract.foreignResource).toBe(404)
  for (const code of ['resource_missing', 'resource_forbidden']) {
    expect(contract.codes.get(code)).toMatchObject({ status: 404, type: 'invalid_request_error' })
  }
})

test('only field-errors tells a resource of another organisation apart with 403', () => {
  const forbidding = all.filter((profile) => defineContract({ profile, docs: '/errors' }).foreignResource === 403)
  expect(forbidding).toEqual([fieldErrors])
  expect(sent(fieldErrors, 'resource_forbidden')).toMatchObject({ status: 403, type: 'permission_error' })
})

test('only stripe codes body violations by parameter and puts doc_url into the body', () => {
  for (const profile of all) {
    const { bodyViolations, docUrlInBody } = defineContract({ profile, docs: '/errors' })
    expect(bodyViolations).toBe(profile === stripe ? 'parameter' : 'validation_failed')
    expect(docUrlInBody).toBe(profile === stripe)
  }
})

test.each(all)('$name sends a missing resource as 404', (profile) => {
  expect(sent(profile, 'resource_missing').status).toBe(404)
})

test.each([
  ['method_not_allowed', 400],
  ['not_acceptable', 400],
  ['resource_exists', 400],
  ['resource_gone', 404],
  ['validation_failed', 400],
  ['rate_limited', 400],
] as const)('error-list folds %s to %i', (code, status) => {
  expect(sent(errorList, code).status).toBe(status)
})

test('error-list keeps the type of a rate limit that it sends as 400', () => {
  expect(sent(errorList, 'rate_limited')).toMatchObject({ declaredStatus: 429, type: 'rate_limit_error' })
})

test.each([
  ['method_not_allowed', 405],
  ['not_acceptable', 406],
  ['resource_gone', 410],
  ['rate_limited', 429],
] as const)('capture sends %s as %i', (code, status) => {
  expect(sent(capture, code).status).toBe(status)
})

test('capture keeps 403 for hidden prospects, which only administrators may see', () => {
  expect(capture.statuses[403].meaning).toMatch(/hidden/)
  expect(capture.statuses[403].meaning).toMatch(/only administrators/)
})

test('capture sends api_connection_error with no code and says that client libraries raise it', () => {
  const { codes } = defineContract({ profile: capture, docs: '/errors' })
  expect([...codes.values()].map(({ type }) => type)).not.toContain('api_connection_error')
  expect(capture.types.api_connection_error).toMatch(/client libraries only/)
})

test('capture and convergegate name the idempotency key as a cause of 409', () => {
  for (const { statuses } of [capture, convergegate]) expect(statuses[409].causes.join()).toMatch(/idempotency key/)
})

test('capture names planned maintenance as a cause of 503', () => {
  expect(capture.statuses[503].causes.join()).toMatch(/Planned maintenance/)
})

test.each([convergegate, currents] as Profile[])('$name recommends exponential backoff on 429', (profile) => {
  expect(profile.statuses[429]?.fix).toMatch(/exponential/)
})

test('convergegate names the documented decline codes', () => {
  const causes = convergegate.statuses[402].causes.join()
  for (const code of ['customer_mismatch', 'account_duplicated', 'account_restricted', 'country_restricted']) {
    expect(causes).toContain(code)
  }
})

test('stripe sends a failed dependency outside of the API as 424 with type api_error', () => {
  expect(stripe.statuses[424].meaning).toMatch(/dependency outside of the API failed/)
  const errors = { network_down: { status: 424, message: 'The card network is down.' } }
  const { codes } = defineContract({ profile: stripe, docs: '/errors', errors })
  expect(codes.get('network_down')).toMatchObject({ status: 424, type: 'api_error', folds: [] })
})

test('stripe sends failures of keys, permissions and limits as invalid_request_error; the status tells them apart', () => {
  for (const [code, status] of [
    ['api_key_invalid', 401],
    ['permission_denied', 403],
    ['rate_limited', 429],
  ] as const) {
    expect(sent(stripe, code)).toMatchObject({ status, type: 'invalid_request_error' })
  }
})

test.each([
  [convergegate, 'voucher_error'],
  [capture, 'card_error'],
  [currents, 'request_failed_error'],
  [errorList, 'card_error'],
  [stripe, 'card_error'],
] as [Profile, string][])('$0.name: a 402 without a type of its own is a $1', (profile, type) => {
  const errors = { declined: { status: 402, message: 'Declined.' } }
  expect(defineContract({ profile, docs: '/errors', errors }).codes.get('declined')?.type).toBe(type)
})

test.each([
  [400, [/does not parse as json/i, /path, query or header parameter .* absent/i, /form that cannot be read/i]],
  [401, [/authorization header is missing/i, /unknown/i, /revoked/i]],
  [403, [/permissions of the api key do not include/i, /another organisation/i]],
  [404, [/id is malformed/i, /deleted/i, /url is mistyped/i]],
  [405, [/POST .* only answers GET/]],
  [409, [/duplicate/i, /lost race/i, /lock on the resource/i]],
  [422, [/must have is absent/i, /another type/i, /larger or smaller/i]],
  [429, [/burst/i]],
] as const)('field-errors lists exactly the documented causes of %i', (status, documented) => {
  const { causes } = fieldErrors.statuses[status]
  expect(causes).toHaveLength(documented.length)
  documented.forEach((cause, index) => {
    expect(causes[index]).toMatch(cause)
  })
})

test.each([
  [500, ['internal_error'], [/back ?off/i, /exponential/, /support/]],
  [502, ['upstream_invalid'], [/wait a moment/i]],
  [503, ['service_unavailable', 'maintenance'], [/wait as long as Retry-After says/i, /status page/]],
  [504, ['upstream_timeout'], [/back ?off/i, /exponential/]],
] as const)('field-errors says what to do on %i, in the row and on the codes', (status, codes, advice) => {
  const fixes = [fieldErrors.statuses[status].fix, ...codes.map((code) => sent(fieldErrors, code).fix)]
  for (const fix of fixes) for (const part of advice) expect(fix).toMatch(part)
})

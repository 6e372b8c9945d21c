/** What the error page of a system promises: its statuses, and the types that its bodies may carry. */
export interface DocumentedSystem {
  readonly name: SystemName
  readonly base: string
  readonly format: 'stripe' | 'error-list' | 'field-errors' | 'currents'
  /** Besides 200. */
  readonly errorStatuses: readonly number[]
  /** Types on the wire; empty where bodies carry none. */
  readonly types: readonly string[]
}

export type SystemName = 'stripe' | 'convergegate' | 'capture' | 'field-errors' | 'currents' | 'error-list'

/** The six systems. The tables are written out here: they are the documents that the sandbox is measured by. */
export const documentedSystems: readonly DocumentedSystem[] = [
  {
    name: 'stripe',
    base: '/v1',
    format: 'stripe',
    errorStatuses: [400, 401, 402, 403, 404, 409, 424, 429, 500, 502, 503, 504],
    types: ['api_error', 'card_error', 'idempotency_error', 'invalid_request_error'],
  },
  {
    name: 'convergegate',
    base: '/convergegate/v1',
    format: 'stripe',
    errorStatuses: [400, 401, 402, 404, 409, 429, 500, 502, 503, 504],
    types: ['api_error', 'authentication_error', 'permission_error', 'voucher_error', 'invalid_request_error'],
  },
  {
    name: 'capture',
    base: '/capture/v1',
    format: 'stripe',
    errorStatuses: [400, 401, 402, 403, 404, 405, 406, 409, 410, 429, 500, 502, 503, 504],
    // api_connection_error exists in client libraries only.
    types: ['api_error', 'authentication_error', 'card_error', 'invalid_request_error', 'rate_limit_error'],
  },
  {
    name: 'field-errors',
    base: '/field-errors/v1',
    format: 'field-errors',
    errorStatuses: [400, 401, 403, 404, 405, 409, 422, 429, 500, 502, 503, 504],
    types: [],
  },
  {
    name: 'currents',
    base: '/currents/v1',
    format: 'currents',
    errorStatuses: [400, 401, 402, 403, 404, 409, 429, 500, 502, 503, 504],
    types: [],
  },
  {
    name: 'error-list',
    base: '/error-list/v1',
    format: 'error-list',
    errorStatuses: [400, 401, 402, 403, 404, 500, 502, 503, 504],
    types: [
      'api_error',
      'authentication_error',
      'card_error',
      'invalid_request_error',
      'permission_error',
      'rate_limit_error',
    ],
  },
]

export function documentedSystem(name: string): DocumentedSystem {
  const found = documentedSystems.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no document of a system ${name}`)
  return found
}

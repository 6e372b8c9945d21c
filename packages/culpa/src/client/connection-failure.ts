/** How far a request came whose connection failed, and whether another try could fare better. */
export interface ConnectionFailure {
  /** `final`: the other side does not prove who it must be, and will not next time. */
  readonly kind: 'unsent' | 'lost' | 'final'
  /** `connect`: nothing of it was sent. */
  readonly phase: 'connect' | 'exchange'
}

/** By the codes of the system, of undici (Node) and of Bun, or by the system call that failed. */
const rows: readonly (readonly [codes: RegExp, kind: ConnectionFailure['kind'], phase: ConnectionFailure['phase']])[] =
  [
    [/^(HOSTNAME_MISMATCH|(CERT|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|INVALID_CA|CRL)_\w+)$/, 'final', 'connect'],
    [/^(EPROTO|ERR_SSL_\w+)$/, 'final', 'exchange'],
    [/^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/, 'unsent', 'connect'],
    [/^(ConnectionRefused|FailedToOpenSocket|connect|getaddrinfo)$/, 'unsent', 'connect'],
  ]

/**
 * Reads the causes that Node and Bun attach to what `fetch` throws. Where nothing tells, as in browsers, the request may
 * have been sent.
 */
export function connectionFailure(thrown: unknown, depth = 5): ConnectionFailure {
  const { code, syscall, cause } = Object(thrown)
  const row = rows.find(([codes]) => codes.test(code) || codes.test(syscall))
  if (row !== undefined) return { kind: row[1], phase: row[2] }
  return cause && depth > 0 ? connectionFailure(cause, depth - 1) : { kind: 'lost', phase: 'exchange' }
}

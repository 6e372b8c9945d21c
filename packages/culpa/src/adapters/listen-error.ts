const remedies: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use. Remedy: stop the program that uses it, or choose another port (0 finds a free one).',
  EACCES: 'not permitted. Remedy: choose a port above 1023.',
  EADDRNOTAVAIL: "this machine has no such address. Remedy: use '127.0.0.1', or '0.0.0.0' for every address.",
  ENOTFOUND: "the host name is unknown. Remedy: use an address such as '127.0.0.1'.",
  ERR_SOCKET_BAD_PORT: 'not a port. Remedy: a whole number from 0 to 65535.',
}

/** A server that could not be started; the message names the address and the remedy, in one line. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
  /** Node's own code, such as `EADDRINUSE`. */
  readonly code: string

  constructor(host: string, port: number, cause: unknown) {
    const code = (cause as { code?: string } | null)?.code ?? 'unknown'
    super(`Cannot listen on ${host}, port ${port}: ${remedies[code] ?? `${code}.`}`, { cause })
    this.code = code
  }
}

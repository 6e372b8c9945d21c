/**
 * Value of `WWW-Authenticate` for API keys (RFC 6750 §3). Characters that would end the quoted realm are left out.
 * @example
 * bearerChallenge('api', 'error="invalid_token"') // 'Bearer realm="api", error="invalid_token"'
 */
export function bearerChallenge(realm: string, ...parameters: readonly string[]): string {
  return [`Bearer realm="${realm.replace(/[^\w .-]/g, '')}"`, ...parameters].join(', ')
}

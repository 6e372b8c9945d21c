/** What went wrong in the first place: the errors around it bring remedies of their own. */
export function firstCause(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  return thrown.cause instanceof Error ? firstCause(thrown.cause) : thrown.message
}

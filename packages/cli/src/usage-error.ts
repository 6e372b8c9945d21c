/** Something whoever typed the command can put right: printed as one line, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

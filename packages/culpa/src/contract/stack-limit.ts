/** V8's switch, absent from the standard's types. */
const engine = Error as { stackTraceLimit?: number }

/**
 * Sets how many frames new errors keep, and gives what was set before; an engine without the switch, or one that is
 * frozen, stays as it is. A stack that nobody sees takes longer to collect than most of what may fail.
 * @example
 * const before = setStackLimit(0)
 * try { return JSON.parse(text) } finally { setStackLimit(before) }
 */
export function setStackLimit(limit: number | undefined): number | undefined {
  const before = engine.stackTraceLimit
  if (limit === undefined || before === undefined) return before
  try {
    engine.stackTraceLimit = limit
  } catch {
    // Frozen, as `node --frozen-intrinsics` has it.
  }
  return before
}

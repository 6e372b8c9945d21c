/**
 * Tells a hook, and gives what it answers. What it throws, now or later, is its own affair: it changes nothing for the
 * call.
 */
export function tell<Event, Answer>(hook: ((event: Event) => Answer) | undefined, event: Event): Answer | undefined {
  try {
    const answer = hook?.(event)
    // Of a hook that is asynchronous.
    ;(answer as Partial<Promise<unknown>> | undefined)?.catch?.(() => {})
    return answer
  } catch {
    // As said.
  }
}

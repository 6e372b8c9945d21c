/** Tells a hook. What it throws, now or later, is its own affair: it changes nothing for the call. */
export function tell<Event>(hook: ((event: Event) => unknown) | undefined, event: Event): void {
  try {
    Promise.resolve(hook?.(event)).catch(() => {})
  } catch {
    // As said.
  }
}

/** Tells a hook. What it throws, now or later, is its own affair: it changes nothing for the call. */
export async function tell<Event>(hook: ((event: Event) => unknown) | undefined, event: Event): Promise<void> {
  try {
    await hook?.(event)
  } catch {
    // As said.
  }
}

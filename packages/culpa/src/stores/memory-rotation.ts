/**
 * Walks a map round and round, one entry a call, so that a sweep costs each caller the same little. `undefined` when
 * the map is empty. Entries may be added and deleted between calls.
 */
export function rotate<Key, Value>(map: ReadonlyMap<Key, Value>): () => readonly [Key, Value] | undefined {
  let entries = map.entries()
  return () => {
    const step = entries.next()
    if (!step.done) return step.value
    entries = map.entries()
    return entries.next().value
  }
}

import type { StoredKey } from '../server/stores.ts'

/** What this process was told of keys a moment ago. */
export interface RecentKeys {
  /** What was told less than the time ago; else asks, once for all who ask at the same time. */
  get(keyId: string, ask: (keyId: string) => Promise<StoredKey | undefined>): Promise<StoredKey | undefined> | StoredKey
  /** What is being asked now is not kept either. */
  forget(keyId: string): void
}

const maxKeys = 10_000

interface Told {
  readonly key: StoredKey
  readonly askedMs: number
}

interface Asking {
  readonly askedMs: number
  readonly answer: Promise<StoredKey | undefined>
}

/** Counts a key's age from when it was asked for. An absent key is not remembered: it may be issued at any moment. */
export function recentKeys(recentMs: number): RecentKeys {
  const told = new Map<string, Told>()
  const asking = new Map<string, Asking>()

  function remember(keyId: string, one: Told): void {
    told.delete(keyId)
    told.set(keyId, one)
    if (told.size > maxKeys) told.delete(told.keys().next().value as string)
  }

  return {
    get(keyId, ask) {
      const askedMs = performance.now()
      const known = told.get(keyId)
      if (known !== undefined && askedMs - known.askedMs < recentMs) return known.key
      const pending = asking.get(keyId)
      if (pending !== undefined && askedMs - pending.askedMs < recentMs) return pending.answer
      const one: Asking = { askedMs, answer: ask(keyId) }
      asking.set(keyId, one)
      const settle = (key?: StoredKey) => {
        // It was forgotten meanwhile, or somebody asked again.
        if (asking.get(keyId) !== one) return
        asking.delete(keyId)
        if (key !== undefined) remember(keyId, { key, askedMs })
      }
      one.answer.then(settle, () => settle())
      return one.answer
    },
    forget(keyId) {
      told.delete(keyId)
      asking.delete(keyId)
    },
  }
}

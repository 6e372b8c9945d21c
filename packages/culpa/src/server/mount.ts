import { ContractError, kindOf } from '../contract/contract-error.ts'
import type { Kernel } from './kernel.ts'
import { parseTarget } from './target.ts'

/** What an adapter needs of an API, or of several. */
export interface Handling extends Pick<Kernel, 'handle' | 'refuse' | 'log' | 'idle'> {
  /** Called when the server starts; see `Kernel.ready`. */
  readonly ready?: () => Promise<void>
  /** Called when the server begins to close: answers without an end, such as a stream of events, must end now. */
  readonly leave?: () => void
}

/** Several APIs as one. */
export interface MountedApis extends Handling {
  /** Those it was made of, each once. */
  readonly apis: readonly Handling[]
}

/**
 * Serves several APIs on one server, each under its base path; `otherwise` answers for every other path, and for
 * requests too broken to have one.
 * @throws {ContractError} for a base that is no path
 * @example
 * listen(mountApis({ '/v1': publicApi, '/admin': adminApi }, publicApi))
 */
export function mountApis(apis: Readonly<Record<string, Handling>>, otherwise: Handling): MountedApis {
  const all = [...new Set([otherwise, ...Object.values(apis)])]
  const bases = Object.keys(apis).sort((a, b) => b.length - a.length)
  for (const base of bases) {
    if (/^\/[^\s?#]*[^/\s?#]$/.test(base)) continue
    throw new ContractError(
      'mountApis',
      `not a base path, ${kindOf(base)}`,
      "such as '/v1', without a slash at its end",
    )
  }
  function apiOf(target: string): Handling {
    const path = parseTarget(target)?.path ?? ''
    const base = bases.find((one) => path === one || path.startsWith(`${one}/`))
    return base === undefined ? otherwise : (apis[base] as Handling)
  }
  return {
    apis: all,
    handle: (request) => apiOf(request.target).handle(request),
    refuse: (request, error) => apiOf(request.target).refuse(request, error),
    log: otherwise.log,
    async ready() {
      await Promise.all(all.map((api) => api.ready?.()))
    },
    async idle() {
      await Promise.all(all.map((api) => api.idle()))
    },
    leave() {
      for (const api of [otherwise, ...Object.values(apis)]) api.leave?.()
    },
  }
}

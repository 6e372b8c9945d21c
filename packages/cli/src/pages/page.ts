import type { Api, Handling } from 'culpa'

/** Something the program serves beside the API, at paths of its own. */
export interface Page {
  /** Which paths are its own, such as `/metrics`; the API does not get their requests. */
  owns(path: string): boolean
  readonly api: Api
}

/** The API with pages beside it: a request goes to the first page that owns its path, else to the API. */
export function withPages(api: Handling, pages: readonly Page[]): Handling {
  const all: readonly Handling[] = [api, ...new Set(pages.map((page) => page.api))]
  function of(target: string): Handling {
    const path = pathOf(target)
    return pages.find((page) => page.owns(path))?.api ?? api
  }
  return {
    handle: (request) => of(request.target).handle(request),
    refuse: (request, error) => of(request.target).refuse(request, error),
    log: api.log,
    async idle() {
      await Promise.all(all.map((one) => one.idle()))
    },
    leave() {
      for (const one of all) one.leave?.()
    },
  }
}

/** Whether an operation of an API stands at a path or below it. */
export function usesPath(parts: readonly Api[], path: string): boolean {
  return parts.some(({ plans }) => plans.some((plan) => plan.path === path || plan.path.startsWith(`${path}/`)))
}

/** Path of a request target, percent-encoding kept. */
export function pathOf(target: string): string {
  return target.split(/[?#]/, 1)[0] ?? ''
}

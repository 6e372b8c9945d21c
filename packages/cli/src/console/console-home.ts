import type { Api } from 'culpa'

/**
 * Where the page with the live log is, for links to it: at `/`, unless an API has an operation there.
 * @example
 * referencePage(api, { home: consoleHome([api]) })
 */
export function consoleHome(apis: readonly Api[]) {
  const isTaken = apis.some(({ plans }) => plans.some(({ operation }) => operation.path === '/'))
  return { path: isTaken ? '/console' : '/', name: 'Live log' } as const
}

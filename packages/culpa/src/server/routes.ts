import { addRoute, createRouter, findRoute } from 'rou3'
import { ContractError } from '../contract/contract-error.ts'
import type { OperationMethod } from './operation.ts'

/** The operations at one path, by method. */
export interface Route<T> {
  readonly methods: Map<OperationMethod, T>
  /** Value of `Allow`. */
  allow: string
}

export interface RouteMatch<T> {
  readonly route: Route<T>
  readonly params: Record<string, string>
}

/** Finds the route of a path: its operations and raw path parameters. */
export type RouteTable<T> = (path: string) => RouteMatch<T> | undefined

/**
 * Builds the route table, once, when the API is created.
 * @throws {ContractError} for two operations of one method and path, or with different parameter names at one path
 */
export function createRoutes<
  T extends { readonly method: OperationMethod; readonly path: string; readonly id: string },
>(entries: readonly T[]): RouteTable<T> {
  const router = createRouter<Route<T>>()
  const byShape = new Map<string, Route<T>>()
  for (const entry of entries) {
    const shape = entry.path.replace(/:\w+/g, ':')
    let route = byShape.get(shape)
    if (route === undefined) {
      route = { methods: new Map(), allow: '' }
      byShape.set(shape, route)
      addRoute(router, '', entry.path, route)
    }
    // The router gives parameters the names of the template it saw first.
    const other = route.methods.values().next().value
    if (other !== undefined && other.path !== entry.path) {
      throw new ContractError(
        `operation ${JSON.stringify(entry.id)}`,
        `its path parameters are called otherwise in ${JSON.stringify(other.id)}`,
        'use the same names at one path',
      )
    }
    if (route.methods.has(entry.method)) {
      throw new ContractError(`operation ${JSON.stringify(entry.id)}`, 'declared twice', 'remove one of the two')
    }
    route.methods.set(entry.method, entry)
    route.allow = allowOf(route.methods)
  }
  return (path) => {
    // The router overlooks a slash at the end; an empty id must not reach the list.
    if (path.length > 1 && path.endsWith('/')) return undefined
    const found = findRoute(router, '', path)
    return found === undefined ? undefined : { route: found.data, params: found.params ?? {} }
  }
}

function allowOf(methods: ReadonlyMap<OperationMethod, unknown>): string {
  const names: string[] = [...methods.keys()]
  if (methods.has('GET')) names.push('HEAD')
  return [...names, 'OPTIONS'].join(', ')
}

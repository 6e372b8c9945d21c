import { ContractError } from '../contract/contract-error.ts'
import type { OperationMethod } from './operation.ts'
import type { HeaderPair } from './reply.ts'

/** The operations at one path, by method. */
export interface Route<T> {
  readonly methods: Map<OperationMethod, T>
  /** Value of `Allow`. */
  allow: string
  /** The header, frozen: an answer that has it is made once. */
  allowHeader: readonly HeaderPair[]
}

export interface RouteMatch<T> {
  readonly route: Route<T>
  readonly params: Record<string, string>
}

/** Finds the route of a path: its operations and raw path parameters. */
export type RouteTable<T> = (path: string) => RouteMatch<T> | undefined

/** A place in the tree of path segments. */
interface Place<T> {
  fixed: Map<string, Place<T>> | undefined
  param: Place<T> | undefined
  /** Of the template that ends here. */
  route: Route<T> | undefined
  /** Its parameters, in their order. */
  names: readonly string[]
}

/**
 * Builds the route table, once, when the API is created.
 * @throws {ContractError} for two operations of one method and path, or with different parameter names at one path
 */
export function createRoutes<
  T extends { readonly method: OperationMethod; readonly path: string; readonly id: string },
>(entries: readonly T[]): RouteTable<T> {
  const root = place<T>()
  for (const entry of entries) {
    const end = placeOf(root, entry.path)
    end.route ??= { methods: new Map(), allow: '', allowHeader: [] }
    end.names = namesOf(entry.path)
    const { route } = end
    // The parameters of a place have one name each.
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
    route.allowHeader = Object.freeze([Object.freeze(['allow', route.allow] as const)])
  }
  return (path) => {
    if (!path.startsWith('/')) return undefined
    const values: string[] = []
    const end = find(root, path, 1, values)
    if (end?.route === undefined) return undefined
    const params: Record<string, string> = {}
    for (let index = 0; index < values.length; index++) params[end.names[index] as string] = values[index] as string
    return { route: end.route, params }
  }
}

function place<T>(): Place<T> {
  return { fixed: undefined, param: undefined, route: undefined, names: [] }
}

function placeOf<T>(root: Place<T>, template: string): Place<T> {
  let end = root
  for (const segment of template.slice(1).split('/')) {
    if (segment.startsWith(':')) {
      end.param ??= place()
      end = end.param
      continue
    }
    end.fixed ??= new Map()
    const next = end.fixed.get(segment) ?? place()
    end.fixed.set(segment, next)
    end = next
  }
  return end
}

function namesOf(template: string): readonly string[] {
  return Array.from(template.matchAll(/:(\w+)/g), ([, name]) => name as string)
}

/**
 * The place of a path that has a route, with the values of its parameters. What is fixed goes before a parameter, and
 * that is never empty.
 */
function find<T>(from: Place<T>, path: string, start: number, values: string[]): Place<T> | undefined {
  const slash = path.indexOf('/', start)
  const segment = slash === -1 ? path.slice(start) : path.slice(start, slash)
  const fixed = from.fixed?.get(segment)
  const found = fixed && goOn(fixed, path, slash, values)
  if (found !== undefined || from.param === undefined || segment === '') return found
  values.push(segment)
  const other = goOn(from.param, path, slash, values)
  if (other === undefined) values.pop()
  return other
}

function goOn<T>(at: Place<T>, path: string, slash: number, values: string[]): Place<T> | undefined {
  if (slash !== -1) return find(at, path, slash + 1, values)
  return at.route === undefined ? undefined : at
}

function allowOf(methods: ReadonlyMap<OperationMethod, unknown>): string {
  const names: string[] = [...methods.keys()]
  if (methods.has('GET')) names.push('HEAD')
  return [...names, 'OPTIONS'].join(', ')
}

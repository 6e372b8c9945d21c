/** A request target taken apart: the authority, if one came, is dropped, for it is the configuration's to know. */
export interface Target {
  /** Percent-encoding kept. */
  readonly path: string
  /** Without `?`; empty where there is none. */
  readonly search: string
}

/**
 * Takes apart a request target (RFC 9112 §3.2): origin form, absolute form, `*`. `undefined` for anything else.
 * A fragment, which no request may have, is cut off; {@link hasFragment} tells. Nothing is normalised: `//host`, dot segments and encoded ones are just paths that no route has.
 * @example
 * parseTarget('http://elsewhere/v1/charges?limit=1') // { path: '/v1/charges', search: 'limit=1' }
 */
export function parseTarget(target: string): Target | undefined {
  let rest = target
  if (target.charCodeAt(0) !== 47) {
    if (target === '*') return { path: '*', search: '' }
    const absolute = /^https?:\/\/[^/?#]*/i.exec(target)
    if (absolute === null) return undefined
    rest = target.slice(absolute[0].length)
    if (!rest.startsWith('/')) rest = `/${rest}`
  }
  const fragment = rest.indexOf('#')
  if (fragment !== -1) rest = rest.slice(0, fragment)
  const mark = rest.indexOf('?')
  return mark === -1 ? { path: rest, search: '' } : { path: rest.slice(0, mark), search: rest.slice(mark + 1) }
}

/** True for a target with a fragment, which HTTP does not allow. */
export function hasFragment(target: string): boolean {
  return target.includes('#')
}

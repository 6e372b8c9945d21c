import { text } from './decoded.ts'
import type { Loose } from './tame.ts'

/**
 * The JSON Pointer (RFC 6901) of a parameter path; the empty path is the whole document.
 * @example
 * toPointer('items.0.qty') // '/items/0/qty'
 */
export function toPointer(param: string): string {
  return param === '' ? '' : param.split('.').map(toSegment).join('')
}

/**
 * The same as a URI fragment (RFC 6901 §6). `undefined` for a lone surrogate, which no URI can hold.
 * @example
 * toFragment('größe') // '#/gr%C3%B6%C3%9Fe'
 */
export function toFragment(param: string): string | undefined {
  return param.isWellFormed() ? `#${toPointer(param).split('/').map(encodeURIComponent).join('/')}` : undefined
}

/**
 * The parameter path of a JSON Pointer or of its fragment form. Reads any text and never throws.
 * @example
 * fromPointer('#/items/0/qty') // 'items.0.qty'
 */
export function fromPointer(pointer: string): string {
  const plain = pointer.startsWith('#') ? percentDecoded(pointer.slice(1)) : pointer
  const path = plain.replace(/^\//, '').replaceAll('/', '.')
  return path.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** Where a problem is: a pointer, or the name of a parameter or header. */
export function readPlace(place: Loose): string | undefined {
  const pointer = text(place?.pointer)
  return pointer === undefined
    ? (text(place?.param) ?? text(place?.parameter) ?? text(place?.header))
    : fromPointer(pointer)
}

function toSegment(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function percentDecoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return fragment
  }
}

/**
 * What the platform calls a value, also one of another realm, whose classes are others.
 * @example
 * kindOf(new URLSearchParams()) // 'URLSearchParams'
 */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1)
}

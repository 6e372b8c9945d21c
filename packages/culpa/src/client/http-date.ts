/**
 * Milliseconds since 1970 of an HTTP date in any of its three forms (RFC 9110 §5.6.7); NaN for other text.
 * `Date.parse` alone takes the asctime form for local time, and reads a year out of almost anything.
 * @example
 * parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT') // 784111777000
 */
export function parseHttpDate(text: string): number {
  const isDate = /^\w+,? [\w -]+ [\d:]{8} (GMT|\d{4})$/.test(text)
  return isDate ? Date.parse(text.replaceAll('-', ' ').replace(/\d$/, '$& GMT')) : Number.NaN
}

const form = /^\w+,? (?:(\d\d)[ -](\w{3})[ -](\d{4}|\d\d) ([\d:]{8}) GMT|(\w{3}) ([ \d]\d) ([\d:]{8}) (\d{4}))$/

/**
 * Milliseconds since 1970 of an HTTP date in any of its three forms (RFC 9110 §5.6.7); nothing for other text.
 * `Date.parse` alone takes the asctime form for local time, and reads a year out of almost anything.
 * @example
 * parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT') // 784111777000
 */
export function parseHttpDate(text: string): number | undefined {
  const [, day, month, year, time, asctimeMonth, asctimeDay, asctimeTime, asctimeYear] = form.exec(text) ?? []
  const ms = Date.parse(
    `${day ?? asctimeDay} ${month ?? asctimeMonth} ${year ?? asctimeYear} ${time ?? asctimeTime} GMT`,
  )
  return ms >= 0 ? ms : undefined
}

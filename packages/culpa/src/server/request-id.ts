const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * Makes request ids: `req_`, ten random characters of this process, a counter. Unique without asking the system for
 * randomness each time; they identify, they do not authorise.
 * @example
 * const nextRequestId = requestIds()
 * nextRequestId() // 'req_k3J9sLq0Zx0001'
 */
export function requestIds(): () => string {
  const random = crypto.getRandomValues(new Uint8Array(10))
  const prefix = `req_${Array.from(random, (byte) => alphabet[byte % 62]).join('')}`
  let count = 0
  return () => prefix + (count++).toString(36).padStart(4, '0')
}

/**
 * Lends a driver's client to a handler until that has ended. What the handler has started and not waited for, such as the
 * rest of a `Promise.all` of which one has failed, would otherwise write after its transaction, on its own or in that of
 * another request.
 */
export async function lend<Value>(client: unknown, use: (lent: unknown) => Value): Promise<Awaited<Value>> {
  let isLent = true

  function check(): void {
    if (isLent) return
    throw new TypeError(
      'a handler used tx after its transaction was over. Remedy: wait for all that it has started, as with Promise.allSettled.',
    )
  }

  const lent = new Proxy(client as object, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown
      if (typeof value !== 'function' || name === 'constructor') return value
      return (...given: unknown[]) => {
        check()
        return Reflect.apply(value, target, given) as unknown
      }
    },
    apply(target, self, given) {
      check()
      // postgres.js: the client is a function itself.
      return Reflect.apply(target as () => unknown, self, given)
    },
  })
  try {
    return await use(lent)
  } finally {
    isLent = false
  }
}

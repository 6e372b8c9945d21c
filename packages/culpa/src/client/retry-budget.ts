/** What retries a client may still make; see {@link createRetryBudget}. */
export interface RetryBudget {
  /** Pays for a retry; gives its cost, or 0 when the budget has not got it. */
  take(hinted: boolean): number
  /** Counts a success: gives back what its retry cost, or earns a little where it was the first attempt. */
  succeed(cost: number): void
}

const capacity = 50

/**
 * The budget of one client, so that retries do not multiply the load on a server that fails. It holds 50; a retry costs
 * 5, 2 where the server gave a time, and is given back when it succeeds; each first success adds 0.5, each second 0.5. So
 * once it is spent, a client makes at most one retry in ten seconds while everything fails, which of many calls is none;
 * at 50 % failure the load stays within 1.1 times what it would be without retries, and that retry.
 *
 * After the token bucket of AWS's SDKs: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 * @param now gives milliseconds that never go back
 */
export function createRetryBudget(now: () => number): RetryBudget {
  let left = capacity
  let countedAt = now()

  function add(amount: number): void {
    left = Math.min(capacity, left + amount)
  }

  return {
    take(hinted) {
      const cost = hinted ? 2 : 5
      add(Math.max(0, now() - countedAt) * 0.0005)
      countedAt = now()
      if (left < cost) return 0
      left -= cost
      return cost
    },
    succeed: (cost) => add(cost || 0.5),
  }
}

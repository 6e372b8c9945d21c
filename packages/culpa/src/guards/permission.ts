import { refusal } from '../contract/api-error.ts'
import { bearerChallenge } from '../server/challenge.ts'
import type { Guard } from '../server/guard.ts'

/**
 * Refuses a key that lacks a scope of the operation: 403 `permission_denied` with the scopes needed (RFC 6750 §3.1).
 * Part of every API that has keys.
 * @example
 * operation('POST /v1/charges', { scopes: ['charges:write'], handler })
 */
export function permission(): Guard {
  return {
    name: 'permission',
    stage: 'permission',
    codes: () => ['permission_denied'],
    compile({ scopes, open }, contract) {
      if (open || scopes.length === 0) return undefined
      const needed = scopes.join(' ')
      const headers = [
        ['www-authenticate', bearerChallenge(contract.name, 'error="insufficient_scope"', `scope="${needed}"`)],
      ] as const
      return {
        step({ caller }) {
          const missing = scopes.find((scope) => !caller.scopes.includes(scope))
          if (missing === undefined) return
          throw refusal('permission_denied', { headers, message: `The API key lacks the permission ${missing}.` })
        },
      }
    },
  }
}

import { refusal } from '../contract/api-error.ts'
import { ContractError, kindOf } from '../contract/contract-error.ts'
import { bearerChallenge } from '../server/challenge.ts'
import type { Guard } from '../server/guard.ts'

/**
 * Refuses a key that lacks a scope of the operation: 403 `permission_denied` with the scopes needed (RFC 6750 §3.1).
 * Part of every API that has keys.
 * @throws {ContractError} for a scope that a challenge cannot name (RFC 6749 §3.3)
 * @example
 * operation('POST /v1/charges', { scopes: ['charges:write'], handler })
 */
export function permission(): Guard {
  return {
    name: 'permission',
    stage: 'permission',
    codes: () => ['permission_denied'],
    compile({ id, scopes, open }, contract) {
      if (open || scopes.length === 0) return undefined
      for (const scope of scopes) checkScope(id, scope)
      const needed = scopes.join(' ')
      const headers = [
        ['www-authenticate', bearerChallenge(contract.name, 'error="insufficient_scope"', `scope="${needed}"`)],
      ] as const
      return {
        step({ caller }) {
          for (const scope of scopes) {
            if (caller.scopes.includes(scope)) continue
            throw refusal('permission_denied', { headers, message: `The API key lacks the permission ${scope}.` })
          }
        },
      }
    },
  }
}

function checkScope(id: string, scope: string): void {
  if (/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)) return
  throw new ContractError(
    `operation ${JSON.stringify(id)}: scopes`,
    `no scope, ${kindOf(scope)}`,
    "visible ASCII characters without blanks, \" and \\, such as 'charges:read'",
  )
}

import { refusal } from '../contract/api-error.ts'
import { ContractError, kindOf } from '../contract/contract-error.ts'
import { bearerChallenge } from '../server/challenge.ts'
import { type CompiledGuard, type Guard, shared } from '../server/guard.ts'

/**
 * Refuses a key that lacks a scope of the operation: 403 `permission_denied` with the scopes needed (RFC 6750 §3.1).
 * Part of every API that has keys.
 * @throws {ContractError} for a scope that a challenge cannot name (RFC 6749 §3.3)
 * @example
 * operation('POST /v1/charges', { scopes: ['charges:write'], handler })
 */
export function permission(): Guard {
  const compiled = shared((contract: string, ...scopes: string[]) => compile(scopes, contract))
  return {
    name: 'permission',
    stage: 'permission',
    codes: () => ['permission_denied'],
    compile({ id, scopes, open }, contract) {
      if (open || scopes.length === 0) return undefined
      for (const scope of scopes) checkScope(id, scope)
      return compiled(contract.name, ...scopes)
    },
  }
}

function compile(scopes: readonly string[], contract: string): CompiledGuard {
  const challenge = bearerChallenge(contract, 'error="insufficient_scope"', `scope="${scopes.join(' ')}"`)
  const headers = [['www-authenticate', challenge]] as const
  return {
    step({ caller }) {
      for (const scope of scopes) {
        if (caller.scopes.includes(scope)) continue
        throw refusal('permission_denied', { headers, message: `The API key lacks the permission ${scope}.` })
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

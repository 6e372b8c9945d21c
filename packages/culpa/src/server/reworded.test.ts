import { expect, test } from 'vitest'
import { refusal } from '../contract/api-error.ts'
import { type BuiltinCode, builtins } from '../contract/builtins.ts'
import { type Contract, defineContract } from '../contract/define-contract.ts'
import type { Profile } from '../contract/profile.ts'
import { createApi } from '../create-api.ts'
import { formats } from '../formats/index.ts'
import { send } from '../guards/testing.suite.ts'
import { profiles } from '../profiles/index.ts'
import { operationsFor } from './operations-for.ts'

const all: readonly Profile[] = Object.values(profiles)
const names = Object.keys(builtins) as BuiltinCode[]

/** What goes out when a guard refuses with a built-in code and adds no words of its own. */
async function refuse(contract: Contract, code: BuiltinCode) {
  const operation = operationsFor(contract)('GET /', {
    errors: [code],
    handler() {
      throw refusal(code)
    },
  })
  const api = createApi({ contract, operations: [operation], log: () => undefined })
  const answer = await send(api, 'GET /')
  return { answer, problem: formats[contract.format].decode(answer.json) }
}

test('the six profiles reword some built-in codes', () => {
  expect(all).toHaveLength(6)
  const worded = all.flatMap(({ builtins: changed = {} }) =>
    Object.values(changed).filter(({ message }) => message !== undefined),
  )
  expect(worded.length).toBeGreaterThan(3)
})

test.each(all.map((profile) => [profile.name, profile] as const))(
  'in %s every built-in code goes out with the message of the contract',
  async (_name, profile) => {
    const contract = defineContract({ docs: '/errors', profile }) as unknown as Contract
    for (const name of names) {
      const { answer, problem } = await refuse(contract, name)
      expect(answer.code, name).toBe(contract.codes.get(name)?.code)
      expect(problem.message, name).toBe(contract.codes.get(name)?.message)
    }
  },
)

test.each(all.map((profile) => [profile.name, profile] as const))(
  'in %s what a contract rewords and renames goes out as it says',
  async (_name, profile) => {
    const contract = defineContract({
      docs: '/errors',
      profile,
      builtins: { rate_limited: { code: 'slow_down', message: 'Slower.' }, internal_error: { message: 'Our fault.' } },
    }) as unknown as Contract
    const slow = await refuse(contract, 'rate_limited')
    expect([slow.answer.code, slow.problem.message]).toEqual(['slow_down', 'Slower.'])
    expect((await refuse(contract, 'internal_error')).problem.message).toBe('Our fault.')
  },
)

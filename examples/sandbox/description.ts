import type { System } from './system.ts'

/** What `/sandbox.json` tells: all that a program needs to provoke every code of every system. */
export function describeSystems(systems: readonly System[]) {
  return {
    systems: systems.map(({ name, base, api, keys, triggers }) => ({
      name,
      base,
      format: api.contract.format,
      docs: api.contract.docs,
      statuses: Object.keys(api.contract.statuses).map(Number),
      keys,
      operations: api.plans.map(({ id, operation, codes }) => ({
        operation: id,
        summary: operation.summary,
        codes: wireCodes(api.contract, codes),
      })),
      triggers,
    })),
  }
}

function wireCodes(contract: System['api']['contract'], names: ReadonlySet<string>): string[] {
  return [...names].map((name) => contract.codes.get(name)?.code ?? name).sort()
}

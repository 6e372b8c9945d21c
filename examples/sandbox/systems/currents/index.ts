import type { Work } from '../../database/work.ts'
import type { Environment } from '../../environment.ts'
import { createSystem } from '../../system.ts'
import { otherTenant, ownTenant } from '../../test-keys.ts'
import { currentsContract } from './contract.ts'
import type { Run } from './model.ts'
import { projectOperations } from './projects.ts'
import { runListOperations } from './run-lists.ts'
import { runOperations } from './runs.ts'
import { projects, runs } from './tables.ts'
import { currentsSurface, currentsTriggers } from './triggers.ts'

/** A service that runs tests: projects and their runs, each billed when it is created. */
export function currentsSystem(environment: Environment) {
  const contract = currentsContract(environment.origin)
  return createSystem(environment, {
    base: '/currents/v1',
    prefix: 'cu',
    contract,
    operations: [
      ...projectOperations(environment, contract),
      ...runOperations(environment, contract),
      ...runListOperations(environment, contract),
    ],
    scopes: ['projects:read', 'runs:read', 'runs:write'],
    surface: currentsSurface,
    triggers: currentsTriggers,
    seed,
  })
}

/** For a typed client: `createClient<CurrentsApi>`. */
export type CurrentsApi = ReturnType<typeof currentsSystem>['api']

/** Ids that the triggers start from; what is there already stays as it is. */
function* seed(): Work<void> {
  const own = ownTenant('currents')
  for (const number of [1, 2, 3]) yield* projects.insert(own, { name: `Project ${number}` }, { id: `prj_${number}` })
  yield* projects.insert(own, { name: 'Deleted project' }, { id: 'prj_deleted' })
  yield* projects.delete('prj_deleted')
  yield* projects.insert(
    otherTenant('currents'),
    { name: 'Project of another organisation' },
    { id: 'prj_of_another_org' },
  )
  for (const state of ['finished', 'cancelled'] as const) {
    yield* runs.insert(own, { ...seedRun, ciBuildId: `build-${state}`, state }, { id: `run_${state}` })
  }
}

const seedRun: Omit<Run, 'ciBuildId' | 'state'> = {
  projectId: 'prj_2',
  branch: 'main',
  card: { brand: 'visa', last4: '4242', fingerprint: 'f1e2d3c4' },
}

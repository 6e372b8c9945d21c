import type { Environment } from './environment.ts'
import type { System } from './system.ts'
import { captureSystem } from './systems/capture/index.ts'
import { convergegateSystem } from './systems/convergegate/index.ts'
import { currentsSystem } from './systems/currents/index.ts'
import { errorListSystem } from './systems/error-list/index.ts'
import { fieldErrorsSystem } from './systems/field-errors/index.ts'
import { stripeSystem } from './systems/stripe/index.ts'

/** The six systems, in the order they are shown. */
export function createSystems(environment: Environment): readonly System[] {
  return [stripeSystem, convergegateSystem, captureSystem, fieldErrorsSystem, currentsSystem, errorListSystem].map(
    (create) => create(environment),
  )
}

import type { Profile } from '../contract/profile.ts'
import { capture } from './capture.ts'
import { convergegate } from './convergegate.ts'
import { currents } from './currents.ts'
import { errorList } from './error-list.ts'
import { fieldErrors } from './field-errors.ts'
import { stripe } from './stripe.ts'

export { capture, convergegate, currents, errorList, fieldErrors, stripe }

/**
 * Every profile by its name, for programs that read the name from a flag or a file.
 * @example
 * const profile = profiles['error-list']
 */
export const profiles = {
  convergegate,
  capture,
  'field-errors': fieldErrors,
  currents,
  'error-list': errorList,
  stripe,
} as const satisfies Readonly<Record<string, Profile>>

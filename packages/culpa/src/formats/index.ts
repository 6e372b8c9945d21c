import type { FormatName } from '../contract/profile.ts'
import { currents } from './currents.ts'
import { errorList } from './error-list.ts'
import { fieldErrors } from './field-errors.ts'
import type { Format } from './format.ts'
import { google } from './google.ts'
import { jsonapi } from './jsonapi.ts'
import { problem } from './problem.ts'
import { stripe } from './stripe.ts'

export { currents } from './currents.ts'
export { errorList } from './error-list.ts'
export { fieldErrors } from './field-errors.ts'
export type {
  CodeFacts,
  CodeSchemas,
  DecodedError,
  DecodedProblem,
  Format,
  JsonSchema,
  JsonValue,
  WireError,
  WireProblem,
} from './format.ts'
export { google } from './google.ts'
export { jsonapi } from './jsonapi.ts'
export { problem } from './problem.ts'
export { recognise } from './recognise.ts'
export { stripe } from './stripe.ts'

/**
 * Every wire format by its name.
 * @example
 * formats[contract.format].encode(error)
 */
export const formats: Readonly<Record<FormatName, Format>> = Object.freeze({
  stripe,
  'error-list': errorList,
  'field-errors': fieldErrors,
  currents,
  problem,
  jsonapi,
  google,
})

export type { DecodedError, DecodedProblem, Format, JsonValue, WireError, WireProblem } from './format.ts'

import type { DecodedError, Format } from './format.ts'
import { recognise } from './recognise.ts'
import { alone, present, read, text, wholeMessage } from './wire.ts'

/**
 * A constant `status` and one text: the smallest envelope of all, as in the API of Currents.
 * It carries the message only; of a validation error that message names every violation.
 * @example
 * {"status":"FAILED","error":"There is no run of this id."}
 */
export const currents: Format = {
  name: 'currents',
  mediaType: 'application/json',
  encode: (error) => ({ status: 'FAILED', error: wholeMessage(error) }),
  decode,
  recognises: (body) => recognise(body) === 'currents',
  schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['status', 'error'],
    additionalProperties: false,
    properties: { status: { const: 'FAILED' }, error: { type: 'string' } },
  },
}

function decode(body: unknown): DecodedError {
  const error = read(body, 'error')
  const problem = present({ message: text(error) ?? text(read(error, 'message')) })
  return { ...problem, problems: alone(problem) }
}

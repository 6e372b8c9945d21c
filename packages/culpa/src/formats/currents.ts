import { fixed, meanings, members, said } from './code-schema.ts'
import { currentsReader } from './currents-reader.ts'
import type { Format } from './format.ts'
import { recognise } from './recognise.ts'
import { tame } from './tame.ts'
import { wholeMessage } from './wire.ts'

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
  decode: (body) => currentsReader.decode(tame(body)),
  recognises: (body) => recognise(body) === 'currents',
  schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['status', 'error'],
    additionalProperties: false,
    properties: { status: { const: 'FAILED' }, error: { type: 'string' } },
  },
  codeSchemas: {
    tellsCode: false,
    variant: () =>
      members({ status: fixed('FAILED', 'Marks the body as that of an error.'), error: said(meanings.message) }),
    body: (whole) => whole,
  },
}

import { fixed, meanings, members, said } from './code-schema.ts'
import { decoded, text } from './decoded.ts'
import type { DecodedError, Format } from './format.ts'
import { recognise } from './recognise.ts'
import { type Loose, tame } from './tame.ts'
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
  decode: (body) => decodeCurrents(tame(body)),
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

/** Reads parsed JSON that {@link currents} wrote; apart from it, so that a client bundles no encoder. */
export function decodeCurrents(body: Loose): DecodedError {
  return decoded({ message: text(body?.error) })
}

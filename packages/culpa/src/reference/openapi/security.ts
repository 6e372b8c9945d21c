import type { OperationSource } from './document-source.ts'
import type { JsonObject } from './json-object.ts'

/** Code that only an operation has which needs a key. */
const keyCode = 'api_key_missing'

/** The keys an operation needs, either way; an empty list for one that is open to all. */
export function securityOf({ api, components, operation, errors }: OperationSource): readonly JsonObject[] {
  if (!errors.some(({ name }) => name === keyCode)) return []
  components.add('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: `An API key of ${api.contract.name}. As Basic authentication it goes in as user name, without a password.`,
  })
  components.add('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-Api-Key',
    description: 'The same key in a header of its own.',
  })
  return [{ bearer: operation.scopes }, { apiKey: operation.scopes }]
}

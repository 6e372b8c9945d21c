/**
 * A name in one word, each part with a capital.
 * @example
 * pascal('card_declined') // 'CardDeclined'
 */
export function pascal(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('')
}

/** Name of the schema of a code: `card_declined` is `CardDeclinedError`. */
export function schemaName(code: string): string {
  return `${pascal(code).replace(/Error$/, '')}Error`
}

/**
 * Name of an operation in a document: letters and digits, so that generators make functions of it.
 * @example
 * operationName('GET', '/v1/charges/:id') // 'getV1ChargesById'
 */
export function operationName(method: string, path: string): string {
  const parts = path.split('/').map((part) => pascal(part.replace(/^:/, 'by-')))
  return method.toLowerCase() + parts.join('')
}

/** Path template of OpenAPI: `/v1/charges/{id}`. */
export function pathTemplate(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}')
}

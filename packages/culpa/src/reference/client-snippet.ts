import type { ResolvedError } from '../contract/declaration.ts'
import type { DetailsField } from './reference.ts'
import type { DocumentedOperation } from './reference-api.ts'

const guardImport = `import { isApiError } from 'culpa/client'`

/**
 * TypeScript that catches a code with `culpa/client`. `client` is what `createClient` gives; `id`,
 * `body`, `show` and the like are the caller's own.
 * @example
 * clientSnippet(error, operations[0], [])
 */
export function clientSnippet(
  error: ResolvedError,
  operation: DocumentedOperation | undefined,
  details: readonly DetailsField[],
): string {
  return [
    guardImport,
    '',
    'try {',
    `  await ${callOf(operation)}`,
    '} catch (error) {',
    `  if (!isApiError(error, '${error.code}')) throw error`,
    ...reaction(error, details).map((line) => `  ${line}`),
    '}',
  ].join('\n')
}

/**
 * TypeScript that tells apart all that a call may throw: a code to act on, any other answer, no answer at all.
 * @example
 * everySnippet(error, operations[0])
 */
export function everySnippet(error: ResolvedError | undefined, operation: DocumentedOperation | undefined): string {
  const own = error === undefined ? [] : [`  if (isApiError(error, '${error.code}')) show(error.message)`]
  return [
    `import { isApiConnectionError, isApiError } from 'culpa/client'`,
    '',
    'try {',
    `  await ${callOf(operation)}`,
    '} catch (error) {',
    ...own,
    `  ${own.length > 0 ? 'else ' : ''}if (isApiError(error)) console.error(error.code, error.message, error.requestId)`,
    `  else if (isApiConnectionError(error)) console.error('no answer came', error.message)`,
    '  else throw error',
    '}',
  ].join('\n')
}

function callOf(operation: DocumentedOperation | undefined): string {
  if (operation === undefined) return `client.get('/')`
  const names = [...operation.path.matchAll(/:(\w+)/g)].map(([, name]) => name)
  const input = [
    ...(names.length > 0 ? [`params: { ${names.join(', ')} }`] : []),
    ...(operation.body === undefined ? [] : ['body']),
  ]
  const given = input.length > 0 ? `, { ${input.join(', ')} }` : ''
  return `client.${operation.method.toLowerCase()}('${operation.path}'${given})`
}

function reaction({ name, showToUser, retry }: ResolvedError, details: readonly DetailsField[]): readonly string[] {
  const lines = details.slice(0, 2).map((field) => `console.log(error.details?.${memberOf(field.name)})`)
  if (name === 'validation_failed') {
    lines.push('for (const { path, message } of error.fieldErrors) console.log(path, message)')
  }
  if (showToUser === true) lines.push('show(error.message)')
  if (retry !== 'never') lines.push('// The client has tried again by itself: this is the last answer.')
  if (lines.length === 0 || retry !== 'never') lines.push('console.error(error.message, error.requestId)')
  return lines
}

function memberOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : `[${JSON.stringify(name)}]`
}

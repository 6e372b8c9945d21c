import type { ResolvedError } from '../../contract/declaration.ts'
import type { CodeFacts, JsonSchema } from '../../formats/format.ts'
import { formats } from '../../formats/index.ts'
import { toJsonSchema } from '../json-schema.ts'
import type { DocumentSource } from './document-source.ts'
import { schemaName } from './names.ts'
import { openSchema } from './undescribed.ts'

/**
 * The schema of the bodies that these codes have, all sent with one status: each code a flat variant with a name of its
 * own, told apart by a discriminator. Where bodies do not tell codes, all of a status have one schema.
 */
export function errorSchema(source: DocumentSource, errors: readonly ResolvedError[]): JsonSchema {
  const { body } = formats[source.api.contract.format].codeSchemas
  const variants = new Map(errors.map((error) => variantOf(source, error)))
  const [[, only] = []] = variants
  if (variants.size === 1 && only !== undefined) return body(only)
  const mapping = Object.fromEntries([...variants].map(([code, { $ref }]) => [code, $ref as string]))
  return body({ oneOf: [...variants.values()], discriminator: { propertyName: 'code', mapping } })
}

/** What tells the variant from others, and the reference to it. */
function variantOf({ api, components, convert }: DocumentSource, error: ResolvedError): [string, JsonSchema] {
  const { contract } = api
  const { variant, tellsCode } = formats[contract.format].codeSchemas
  const name = tellsCode ? schemaName(error.code) : `Error${error.status}`
  const details =
    error.details === undefined
      ? undefined
      : (toJsonSchema(error.details, 'output', convert) ??
        toJsonSchema(error.details, 'input', convert) ??
        openSchema(error.details))
  const facts: CodeFacts = {
    code: error.code,
    type: error.type,
    status: error.status,
    title: contract.statuses[error.status]?.name ?? '',
    ...(contract.docUrlInBody && { docUrl: error.docUrl }),
    ...(details !== undefined && { details: { type: 'object', ...components.embed(details, `${name}Details`) } }),
  }
  const schema = { title: name, description: tellsCode ? error.message : facts.title, ...variant(facts) }
  return [tellsCode ? error.code : '', components.add('schemas', name, schema)]
}

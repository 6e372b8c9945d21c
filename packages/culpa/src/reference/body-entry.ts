import type { ResolvedError } from '../contract/declaration.ts'
import type { Contract } from '../contract/define-contract.ts'
import type { JsonSchema } from '../formats/format.ts'
import { formats } from '../formats/index.ts'
import { fieldsOf } from './json-schema.ts'
import type { BodyEntry, MemberEntry } from './reference.ts'
import { typeText } from './type-text.ts'

/**
 * What the bodies of a contract hold: the members of the one that has the most, a failed validation's.
 * @example
 * bodyEntry(contract).members.map(({ path }) => path) // ['error.type', 'error.code', 'error.message', 'error.param']
 */
export function bodyEntry(contract: Contract): BodyEntry {
  const { codeSchemas, schema, encode, decode } = formats[contract.format]
  const { code, type, status, docUrl } = contract.codes.get('validation_failed') as ResolvedError
  const title = contract.statuses[status]?.name ?? ''
  const page = contract.docUrlInBody ? { docUrl } : {}
  const facts = { code, type, status, title, ...page }
  const sent = decode(encode({ ...facts, message: title, validation: false, problems: [] }))
  return {
    members: membersOf('', codeSchemas.body(codeSchemas.variant(facts))),
    tellsCode: sent.code === code,
    tellsType: sent.type === type,
    schema,
  }
}

/** The members that hold values, by their paths. */
function membersOf(prefix: string, schema: JsonSchema): MemberEntry[] {
  return fieldsOf(schema).flatMap(({ name, schema: one, required }) => {
    const path = `${prefix}${name}`
    const items = one.items as JsonSchema | undefined
    const inner = items?.properties === undefined ? membersOf(`${path}.`, one) : membersOf(`${path}[].`, items)
    if (inner.length > 0) return inner
    return [{ path, type: typeOf(one), required, meaning: String(one.description ?? '') }]
  })
}

/** Of this one code; for all of them a fixed value is only its kind. */
function typeOf({ const: _fixed, ...schema }: JsonSchema): string {
  return typeText(schema)
}

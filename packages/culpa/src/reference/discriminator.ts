import type { JsonSchema } from '../formats/format.ts'
import { fieldsOf } from './json-schema.ts'

/**
 * The member that tells variants apart: always there, and with values of its own in each.
 * @example
 * discriminatorOf([cardSchema, bankSchema]) // 'kind'
 */
export function discriminatorOf(variants: readonly JsonSchema[]): string | undefined {
  const names = fieldsOf(variants[0]).map(({ name }) => name)
  return names.find((name) => {
    const values = variants.map((variant) => valuesOf(variant, name))
    const all = values.flat()
    return values.every((own) => own.length > 0) && new Set(all).size === all.length
  })
}

/** As JSON; none where it may be absent or may be anything. */
function valuesOf(variant: JsonSchema, name: string): readonly string[] {
  const field = fieldsOf(variant).find((one) => one.name === name)
  if (field?.required !== true) return []
  const { const: only, enum: several } = field.schema
  const values = only !== undefined ? [only] : Array.isArray(several) ? several : []
  return values.map((value) => JSON.stringify(value))
}

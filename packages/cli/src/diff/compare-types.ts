import { isDeepStrictEqual } from 'node:util'
import { breaks, notes, type SchemaChange } from './schema-change.ts'
import type { Shape } from './schema-shapes.ts'

/** Compares the JSON types that a value may have. */
export function compareTypes(before: readonly Shape[], after: readonly Shape[]): readonly SchemaChange[] {
  const [had, has] = [typesOf(before), typesOf(after)]
  if (isDeepStrictEqual(had, has)) return []
  const isGain = (type: string) => !had.has(type) && !(type === 'integer' && had.has('number'))
  if (had.has(anyType)) return [notes(`is only ${inWords(has)} now, was ${anyType}`)]
  const message = `${inWords(has)} now, was ${inWords(had)}`
  return [[...has].some(isGain) ? breaks(`is ${message}`) : notes(`is only ${message}`)]
}

const anyType = 'of any type'

function typesOf(shapes: readonly Shape[]): ReadonlySet<string> {
  const types = new Set(shapes.map(typeOf))
  if (types.has(anyType)) return new Set([anyType])
  if (types.has('number')) types.delete('integer')
  return types
}

function typeOf({ kind, schema }: Shape): string {
  if (kind === 'any') return anyType
  return kind === 'number' && schema.type === 'integer' ? 'integer' : kind
}

function inWords(types: ReadonlySet<string>): string {
  return types.size === 0 ? 'never there' : [...types].join(' or ')
}

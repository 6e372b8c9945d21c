import type { JsonSchema } from '../formats/format.ts'
import { discriminatorOf } from './discriminator.ts'
import { fieldsOf } from './json-schema.ts'
import type { DetailsRow } from './reference.ts'
import { recordsOf, schemaParts, tupleOf } from './schema-parts.ts'
import { typeText } from './type-text.ts'

/** Deeper, a schema is left to whoever reads it as JSON. */
const deepest = 6

/**
 * Everything that a program can read in a value, a row each: members by their path, as `items[].id`, positions of a tuple
 * as `at[0]`, members of a record as `limits[key]`. Where there are several shapes, `where` tells the one it belongs to.
 * @example
 * detailsRows(schema).map(({ path, type }) => `${path}: ${type}`) // ['kind: "card" or "bank"', 'last4: string']
 */
export function detailsRows(root: JsonSchema): readonly DetailsRow[] {
  const { alternatives } = schemaParts(root)

  function rowsWithin(schema: unknown, path: string, where: string, depth: number): DetailsRow[] {
    if (depth > deepest) return []
    const all = alternatives(schema)
    const objects = all.filter(hasMembers)
    const lists = all.filter(({ type, prefixItems }) => type === 'array' || prefixItems !== undefined)
    return [
      ...(objects.length > 1
        ? rowsOfShapes(objects, path, where, depth)
        : objects.flatMap((one) => rowsOfMembers(one, path, where, depth))),
      ...lists.flatMap((one) => rowsOfItems(one, path, where, depth)),
    ]
  }

  function rowsOfShapes(shapes: readonly JsonSchema[], path: string, where: string, depth: number): DetailsRow[] {
    const mark = discriminatorOf(shapes)
    const at = mark === undefined ? undefined : member(path, mark)
    const values = { anyOf: shapes.map(({ properties }) => (properties as JsonSchema)[mark ?? '']) } as JsonSchema
    const marked =
      at === undefined ? [] : [{ path: at, type: typeText(values, root), required: true, where, meaning: '' }]
    const ofShapes = shapes.flatMap((shape, index) => {
      const value =
        mark === undefined ? undefined : typeText((shape.properties as JsonSchema)[mark] as JsonSchema, root)
      const own =
        at === undefined
          ? `${path === '' ? 'it' : path} is shape ${index + 1} of ${shapes.length}`
          : `${at} is ${value}`
      const rows = rowsOfMembers(shape, path, where === '' ? own : `${where}, ${own}`, depth)
      return rows.filter((row) => row.path !== at)
    })
    return [...marked, ...ofShapes]
  }

  function rowsOfMembers(schema: JsonSchema, path: string, where: string, depth: number): DetailsRow[] {
    return [
      ...fieldsOf(schema).flatMap(({ name, schema: one, required }) =>
        rowAndWithin(one, member(path, name), required, where, depth),
      ),
      ...recordsOf(schema).flatMap(([key, one]) => rowAndWithin(one, `${path}[${key}]`, undefined, where, depth)),
    ]
  }

  function rowsOfItems(schema: JsonSchema, path: string, where: string, depth: number): DetailsRow[] {
    const tuple = tupleOf(schema)
    if (tuple === undefined) return rowsWithin(schema.items, `${path}[]`, where, depth + 1)
    const { positions, rest, sure } = tuple
    return [
      ...positions.flatMap((one, index) =>
        rowAndWithin(one as JsonSchema, `${path}[${index}]`, index < sure, where, depth),
      ),
      ...(rest === undefined ? [] : rowAndWithin(rest, `${path}[${positions.length}…]`, undefined, where, depth)),
    ]
  }

  function rowAndWithin(
    schema: JsonSchema,
    path: string,
    required: boolean | undefined,
    where: string,
    depth: number,
  ): DetailsRow[] {
    const meaning = [schema, ...alternatives(schema)].map(({ description }) => description).find(Boolean)
    const row = { path, type: typeText(schema, root), required, where, meaning: String(meaning ?? '') }
    return [row, ...rowsWithin(schema, path, where, depth + 1)]
  }

  return rowsWithin(root, '', '', 0)
}

function hasMembers(schema: JsonSchema): boolean {
  return schema.properties !== undefined || recordsOf(schema).length > 0
}

/** A name that would read as several is quoted. */
function member(path: string, name: string): string {
  if (!/^[\w$-]+$/.test(name)) return `${path}[${JSON.stringify(name)}]`
  return path === '' ? name : `${path}.${name}`
}

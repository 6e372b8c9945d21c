import { type JsonObject, objectAt } from './json-object.ts'
import { isOurs, marked, mergeParts } from './own-parts.ts'

/** How a reference to a component begins, also one in the mapping of a discriminator. */
const pattern = /"#\/components\/([^/"]+)\/([^/"]+)/g

/** The components that added parts need, among those of the document. */
export interface MergedComponents {
  /** All components of the merged document. */
  readonly components: JsonObject
  /** The same part, with its references as they are called there. */
  place(part: JsonObject): JsonObject
}

/**
 * Adds to the components of a document those that `parts` refer to. One whose name is taken by another gets a name of
 * its own.
 */
export function mergeComponents(
  existing: JsonObject,
  generated: JsonObject,
  parts: readonly JsonObject[],
): MergedComponents {
  const theirs = objectAt(existing, 'components')
  const ours = objectAt(generated, 'components')
  const names = new Map<string, string>()
  const open = parts.flatMap(refsIn)
  // Grows while it is walked: a part may need others.
  for (const [kind, name] of open) {
    if (names.has(`${kind}/${name}`)) continue
    names.set(`${kind}/${name}`, freeName(objectAt(theirs, kind), name))
    open.push(...refsIn(objectAt(objectAt(ours, kind), name)))
  }

  function place(part: JsonObject): JsonObject {
    const text = JSON.stringify(part).replace(pattern, (_, kind, name) => {
      return `"#/components/${kind}/${names.get(`${kind}/${name}`) ?? name}`
    })
    return marked(JSON.parse(text) as JsonObject)
  }

  const added: Record<string, Record<string, JsonObject>> = {}
  for (const [ref, name] of names) {
    const [kind = '', own = ''] = ref.split('/')
    added[kind] = { ...added[kind], [name]: place(objectAt(objectAt(ours, kind), own)) }
  }
  const kinds = [...new Set([...Object.keys(theirs), ...Object.keys(added)])]
  const merged = kinds.map((kind) => [kind, mergeParts(objectAt(theirs, kind), added[kind] ?? {})])
  return { components: Object.fromEntries(merged), place }
}

function refsIn(part: JsonObject): [kind: string, name: string][] {
  return [...JSON.stringify(part).matchAll(pattern)].map(([, kind = '', name = '']) => [kind, name])
}

function freeName(taken: JsonObject, name: string): string {
  let free = name
  while (taken[free] !== undefined && !isOurs(taken[free])) free = `Culpa${free}`
  return free
}

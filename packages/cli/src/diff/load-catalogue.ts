import { readFileSync } from 'node:fs'
import { createReference } from 'culpa/reference'
import { loadDescribed } from '../load-api.ts'
import { UsageError } from '../usage-error.ts'
import type { Catalogue, ComparedCode } from './compare-references.ts'

/**
 * The catalogue that a file holds, as `culpa docs` wrote it, or that its module makes.
 * @throws {UsageError} for a file that is missing, or neither
 */
export async function loadCatalogues(file: string): Promise<readonly Catalogue[]> {
  if (!file.endsWith('.json')) return (await loadDescribed(file)).map((api) => createReference(api))
  const found = [readJson(file)].flat()
  if (found.length > 0 && found.every(isCatalogue)) return found
  throw new UsageError(`${file} is no catalogue. Remedy: culpa docs MODULE --format json --out ${file}`)
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UsageError(`${file} cannot be read: ${reason}. Remedy: a catalogue that culpa docs wrote.`, { cause })
  }
}

/** What a comparison reads of it is there. */
function isCatalogue(value: unknown): value is Catalogue {
  const { name, format, codes, operations } = (value ?? {}) as Partial<Catalogue>
  if (typeof name !== 'string' || typeof format !== 'string' || !Array.isArray(operations)) return false
  if (!operations.every((one) => typeof one?.operation === 'string')) return false
  return Array.isArray(codes) && codes.every(isCode)
}

function isCode(one: Partial<ComparedCode> | null): boolean {
  const { code, status, retry, senders, details } = one ?? {}
  if (typeof code !== 'string' || typeof status !== 'number' || typeof retry?.advice !== 'string') return false
  return Array.isArray(senders?.operations) && (details === undefined || Array.isArray(details?.fields))
}

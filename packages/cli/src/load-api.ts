import type { Api, Contract, Handling } from 'culpa'
import { type Exports, loadModule } from './load-module.ts'
import { UsageError } from './usage-error.ts'

/** What a module says of its API: enough for documents. A contract without operations has no plans. */
export type Described = Pick<Api, 'contract' | 'plans'>

/** An API that a module exports, and the APIs it is mounted from. */
export interface LoadedApi {
  readonly handling: Handling
  /** Itself, unless it is mounted. */
  readonly parts: readonly Api[]
}

/**
 * Loads the API of a module: its export `api`, from `createApi` or `mountApis`.
 * @throws {UsageError} when the module does not load, or exports none
 */
export async function loadApi(file: string): Promise<LoadedApi> {
  const { api } = await loadModule(file)
  if (isHandling(api)) {
    const parts = partsOf(api)
    if (parts.length > 0) return { handling: api, parts }
  }
  throw new UsageError(`${file} exports no API. Remedy: export const api = createApi({ … })`)
}

/**
 * Loads what a module says of its API, or of several: its export `api`, else its export `contract`.
 * @throws {UsageError} when the module does not load, or exports neither
 */
export async function loadDescribed(file: string): Promise<readonly Described[]> {
  const described = describedBy(await loadModule(file))
  if (described.length > 0) return described
  throw new UsageError(
    `${file} exports neither an API nor a contract. Remedy: export const api = createApi({ … }), or export const contract = defineContract({ … })`,
  )
}

function describedBy({ api, contract }: Exports): readonly Described[] {
  if (isHandling(api)) return partsOf(api)
  return isContract(contract) ? [{ contract, plans: [] }] : []
}

function isHandling(value: unknown): value is Handling {
  const { handle, refuse, idle } = (value ?? {}) as Partial<Handling>
  return [handle, refuse, idle].every((one) => typeof one === 'function')
}

function isContract(value: unknown): value is Contract {
  const { codes, docs } = (value ?? {}) as Partial<Contract>
  return codes instanceof Map && typeof docs === 'string'
}

function partsOf(handling: Handling): readonly Api[] {
  const { apis, contract, plans } = handling as Partial<Api> & { readonly apis?: readonly Handling[] }
  if (apis !== undefined) return [...new Set(apis.flatMap(partsOf))]
  return plans === undefined || !isContract(contract) ? [] : [handling as Api]
}

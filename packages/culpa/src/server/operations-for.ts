import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ErrorDeclarations } from '../contract/declaration.ts'
import type { Contract } from '../contract/define-contract.ts'
import { checkOperation, type GivenOperation } from './check-operation.ts'
import type {
  DetailsOf,
  InputOf,
  Operation,
  OperationDefinition,
  OperationId,
  OperationMethod,
  RenamedCodes,
  TypedOperation,
  WireCode,
} from './operation.ts'
import type { IdempotencyStore } from './stores.ts'

/**
 * Makes the function that declares the operations of a contract. With a transactional store handlers get its `tx`, typed.
 * @throws {ContractError} from the function made: no handler, a wrong id, an option that does not exist or has a wrong
 * value, a code that the contract does not declare
 * @example
 * const operation = operationsFor(contract, sqliteIdempotency(database))
 * operation('GET /v1/charges/:id', { errors: ['resource_missing'], handler: ({ params }) => find(params.id) })
 */
export function operationsFor<Errors extends ErrorDeclarations, Tx = undefined>(
  contract: Contract<Errors>,
  _store?: Pick<IdempotencyStore<Tx>, 'transact'>,
) {
  return function operation<
    const Id extends OperationId,
    const Code extends keyof Errors & string = never,
    Params extends StandardSchemaV1 | undefined = undefined,
    Query extends StandardSchemaV1 | undefined = undefined,
    Headers extends Readonly<Record<string, StandardSchemaV1>> | undefined = undefined,
    Body extends StandardSchemaV1 | undefined = undefined,
    Result = unknown,
    const Idempotency extends Operation['idempotency'] = 'ignored',
  >(
    id: Id,
    definition: OperationDefinition<Id, Errors, Code, Params, Query, Headers, Body, Tx, Result, Idempotency>,
  ): TypedOperation<
    Id,
    { readonly [Declared in Code as WireCode<Errors, Declared>]: DetailsOf<Errors[Declared]> },
    InputOf<Query>,
    InputOf<Body>,
    Result,
    // Told by the definition alone: a list of operations, as which it may be wanted, would make it all three.
    NoInfer<Idempotency>,
    RenamedCodes<Errors>
  > {
    const given = definition as unknown as GivenOperation
    checkOperation(id, given, contract as unknown as Contract)
    // One cast: what is left out is `ignored`, as the type parameter says too.
    return toOperation(id, given) as Operation<Id> & { readonly idempotency: Idempotency }
  }
}

function toOperation<Id extends string>(id: Id, given: GivenOperation): Operation<Id> {
  const [method, path] = id.split(' ') as [OperationMethod, string]
  return Object.freeze({
    id,
    method,
    path,
    scopes: given.scopes ?? [],
    open: given.open ?? false,
    limit: given.limit === undefined ? [] : [given.limit].flat(),
    cost: given.cost ?? 1,
    idempotency: given.idempotency ?? 'ignored',
    mode: given.mode,
    params: given.params,
    query: given.query,
    headers: given.headers,
    body: given.body,
    consumes: given.consumes ?? ['application/json'],
    produces: given.produces ?? ['application/json'],
    maxBodyBytes: given.maxBodyBytes ?? 1_048_576,
    sensitive: given.sensitive ?? [],
    precondition: given.precondition ?? 'ignored',
    etag: given.etag,
    timeoutMs: given.timeoutMs,
    errors: given.errors ?? [],
    summary: given.summary ?? '',
    returns: given.returns,
    returnsHeaders: given.returnsHeaders,
    handler: given.handler as Operation['handler'],
    reconcile: given.reconcile as Operation['reconcile'],
  })
}

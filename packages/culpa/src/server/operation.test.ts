import { expect, test } from 'vitest'
import { z } from 'zod'
import { ContractError } from '../contract/contract-error.ts'
import { defineContract } from '../contract/define-contract.ts'
import { operationsFor } from './operations-for.ts'

const contract = defineContract({ docs: '/errors' })
const handler = () => undefined

/** Operations are wrong on purpose, so they go in untyped. */
const declare = operationsFor(contract) as unknown as (id: string, definition: object) => object

const contradictions: readonly [name: string, id: string, definition: object, place: string, remedy: string][] = [
  [
    'scopes on an open operation',
    'GET /pots',
    { handler, open: true, scopes: ['a'] },
    'open: an open operation',
    'drop one',
  ],
  [
    'an ETag that nobody compares',
    'PUT /pots',
    { handler, etag: () => '"1"' },
    'precondition: an etag',
    'optional or required',
  ],
  ['nothing to answer with', 'GET /pots', { handler, produces: [] }, 'produces: an empty list', 'media type'],
  ['an id without a path', 'GET', { handler }, '"GET"', "such as 'POST /v1/charges/:id'"],
  ['a method nobody knows', 'BREW /pots', { handler }, '"BREW /pots"', 'GET, POST'],
  ['HEAD, which is answered from GET', 'HEAD /pots', { handler }, '"HEAD /pots"', 'GET, POST'],
  ['a path with a query', 'GET /pots?size=1', { handler }, 'pots?size=1', 'whole segment'],
  ['a parameter in braces', 'GET /pots/{id}', { handler }, '"{id}"', "':id'"],
  ['half a segment as parameter', 'GET /pots/:id.json', { handler }, '":id.json"', 'whole segment'],
  ['two parameters of one name', 'GET /pots/:id/lids/:id', { handler }, 'of one name', 'name of its own'],
  ['a parameter that no object can hold', 'GET /pots/:__proto__', { handler }, 'no object can hold', 'another name'],
  ['a slash at its end', 'GET /pots/', { handler }, 'empty segment', 'none at the end'],
  [
    'an option that does not exist',
    'GET /pots',
    { handler, scope: ['pots:read'] },
    'scope: there is no such option',
    'scopes',
  ],
  [
    'a mode that does not exist',
    'POST /pots',
    { handler, mode: 'leese' },
    'mode: not possible, string "leese"',
    'lease',
  ],
  [
    'a wish that is none',
    'POST /pots',
    { handler, idempotency: true },
    'idempotency: not possible, boolean true',
    'optional or required',
  ],
  [
    'scopes that are no list',
    'GET /pots',
    { handler, scopes: 'pots:read' },
    'scopes: not possible, string',
    'a list of texts',
  ],
  ['no handler', 'GET /pots', {}, 'handler: not possible, undefined', 'a function'],
  ['a code the contract lacks', 'GET /pots', { handler, errors: ['pot_empty'] }, '"pot_empty"', 'defineContract'],
  ['a body that is no schema', 'POST /pots', { handler, body: {} }, 'body: not possible, object', 'zod'],
  [
    'a header that is no schema',
    'GET /pots',
    { handler, headers: { 'x-a': 1 } },
    'headers.x-a: not possible, number 1',
    'zod',
  ],
  ['a body on GET', 'GET /pots', { handler, body: z.object({}) }, 'body: GET takes no body', 'use POST'],
  ['a precondition without an ETag', 'PATCH /pots', { handler, precondition: 'required' }, 'etag', 'current ETag'],
  ['a cost of nothing', 'GET /pots', { handler, cost: 0 }, 'cost: not a positive whole number, number 0', '1000'],
  ['half a body limit', 'POST /pots', { handler, maxBodyBytes: 0.5 }, 'maxBodyBytes', '1000'],
  ['a negative deadline', 'GET /pots', { handler, timeoutMs: -1 }, 'timeoutMs', '1000'],
  ['a deadline that timers cannot hold', 'GET /pots', { handler, timeoutMs: 2 ** 31 }, 'timeoutMs', '2147483647'],
]

test.each(contradictions)(
  'an operation with %s is refused with place and remedy',
  (_name, id, definition, place, remedy) => {
    let refused: unknown
    try {
      declare(id, definition)
    } catch (error) {
      refused = error
    }
    expect(refused).toBeInstanceOf(ContractError)
    const { message } = refused as ContractError
    expect(message).toContain(`operation ${JSON.stringify(id)}`)
    expect(message).toContain(place)
    expect(message.slice(message.indexOf('Remedy: '))).toContain(remedy)
  },
)

test('an operation is frozen, with every default filled in', () => {
  const operation = operationsFor(contract)('POST /pots/:id', { limit: 'writes', handler })
  expect(Object.isFrozen(operation)).toBe(true)
  expect(operation).toMatchObject({
    method: 'POST',
    path: '/pots/:id',
    limit: ['writes'],
    cost: 1,
    idempotency: 'ignored',
    consumes: ['application/json'],
    produces: ['application/json'],
    maxBodyBytes: 1_048_576,
    open: false,
  })
})

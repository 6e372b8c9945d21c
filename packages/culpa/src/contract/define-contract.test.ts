import * as v from 'valibot'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { capture, errorList } from '../profiles/index.ts'
import { ContractError } from './contract-error.ts'
import { defineContract } from './define-contract.ts'

const docs = 'https://docs.example.com/errors'
const fine = { status: 409, message: 'Something stands in the way.' }

/** Definitions are wrong on purpose, so they go in untyped. */
function refusalOf(definition: object): ContractError {
  try {
    defineContract({ docs, ...definition } as never)
  } catch (error) {
    if (error instanceof ContractError) return error
    throw error
  }
  throw new Error('the contract was accepted')
}

const contradictions: readonly [name: string, definition: object, place: string, remedy: string][] = [
  ['a status that is none', { errors: { odd_code: { ...fine, status: 999 } } }, 'errors.odd_code.status', '400 to 599'],
  ['a success as status', { errors: { odd_code: { ...fine, status: 200 } } }, 'errors.odd_code.status', '400 to 599'],
  ['a status that is no number', { errors: { odd_code: { ...fine, status: '409' } } }, 'odd_code.status', '400 to 599'],
  [
    'a status outside the table',
    { profile: capture, errors: { odd_code: { ...fine, status: 422 } } },
    'errors.odd_code.status: 422',
    'choose a status of the table',
  ],
  [
    'an unknown type',
    { errors: { odd_code: { ...fine, type: 'odd_error' } } },
    'errors.odd_code.type',
    'one of api_error',
  ],
  ['no message', { errors: { odd_code: { status: 409 } } }, 'errors.odd_code.message', 'one sentence'],
  ['an empty message', { errors: { odd_code: { ...fine, message: '' } } }, 'errors.odd_code.message', 'one sentence'],
  ['unknown retry advice', { errors: { odd_code: { ...fine, retry: 'soon' } } }, 'errors.odd_code.retry', 'never'],
  ['no declaration at all', { errors: { odd_code: null } }, 'errors.odd_code', 'an object with status'],
  ['a code in camelCase', { errors: { oddCode: fine } }, 'errors.oddCode', 'lower-case words'],
  ['a code with a hyphen', { errors: { 'odd-code': fine } }, 'errors.odd-code', 'underscores'],
  ['a code that ends in an underscore', { errors: { odd_: fine } }, 'errors.odd_', 'underscores'],
  ['a built-in name used again', { errors: { rate_limited: fine } }, 'errors.rate_limited', 'builtins.rate_limited'],
  [
    'a built-in renamed onto an own code',
    { errors: { slow_down: fine }, builtins: { rate_limited: { code: 'slow_down' } } },
    'slow_down',
    'another code',
  ],
  [
    'a built-in renamed onto another built-in',
    { builtins: { rate_limited: { code: 'maintenance' } } },
    'maintenance',
    'another code',
  ],
  [
    'a built-in renamed to what is no code',
    { builtins: { rate_limited: { code: 'Slow down\r\nset-cookie: a=b' } } },
    'builtins.rate_limited.code',
    'underscores',
  ],
  [
    'a built-in moved to a status that is none',
    { builtins: { rate_limited: { status: 200 } } },
    'builtins.rate_limited.status',
    '400 to 599',
  ],
  [
    'a built-in moved outside the table',
    { profile: errorList, builtins: { rate_limited: { status: 429 } } },
    'builtins.rate_limited.status: 429',
    'choose a status of the table',
  ],
  [
    'a built-in given an unknown type',
    { builtins: { rate_limited: { type: 'odd_error' } } },
    'builtins.rate_limited.type',
    'one of',
  ],
  [
    'a built-in worded as nothing',
    { builtins: { rate_limited: { message: '' } } },
    'rate_limited.message',
    'one sentence',
  ],
  ['a built-in nobody knows', { builtins: { rate_limit: { message: 'No.' } } }, 'builtins.rate_limit', 'under errors'],
  [
    'a details schema that rejects its example',
    { errors: { odd_code: { ...fine, details: z.object({ size: z.number() }), example: { size: 'big' } } } },
    'errors.odd_code.example',
    'agree',
  ],
  [
    'a details schema of another library that rejects its example',
    { errors: { odd_code: { ...fine, details: v.object({ size: v.number() }), example: {} } } },
    'errors.odd_code.example',
    'agree',
  ],
  [
    'an example without a schema',
    { errors: { odd_code: { ...fine, example: {} } } },
    'odd_code.example',
    'add details',
  ],
  [
    'details that are no schema',
    { errors: { odd_code: { ...fine, details: {} } } },
    'odd_code.details',
    'Standard Schema',
  ],
  [
    'details that validate asynchronously',
    { errors: { odd_code: { ...fine, details: z.string().refine(async () => true), example: 'a' } } },
    'errors.odd_code.details',
    'synchronous',
  ],
  [
    'a profile by its name',
    { profile: 'capture' },
    'profile: unknown profile, string "capture"',
    'capture, convergegate',
  ],
  ['a profile that is null', { profile: null }, 'profile', 'culpa/profiles'],
  ['an unknown format', { format: 'stripee' }, 'format: unknown format, string "stripee"', 'one of stripe'],
  ['no place for the documents', { docs: undefined }, 'docs', "such as 'https://"],
  ['documents with a slash at the end', { docs: '/errors/' }, 'docs', 'without a slash'],
  [
    'documents at an address that would break the Link header',
    { docs: 'https://a.example/x>; rel="y"' },
    'docs',
    'URL',
  ],
  ['documents at an address no header can carry', { docs: '/fehler/ü\u0000' }, 'docs', 'URL'],
  ['a table with what is no status', { statuses: { 42: { name: 'No', meaning: 'No.' } } }, 'statuses.42', '200 to 599'],
  [
    'a table without 400',
    { statuses: { 500: { name: 'No', meaning: 'No.' } } },
    'statuses: 400 is missing',
    'add a row',
  ],
  [
    'types without api_error',
    { types: { invalid_request_error: 'Wrong.' } },
    'types: api_error is missing',
    'add api_error',
  ],
]

test.each(contradictions)(
  'defineContract refuses %s and names place and remedy',
  (_name, definition, place, remedy) => {
    const { name, message } = refusalOf(definition)
    expect(name).toBe('ContractError')
    expect(message).toContain(place)
    expect(message.slice(message.indexOf('Remedy: '))).toContain(remedy)
  },
)

test('a contract is frozen, its factories too', () => {
  const contract = defineContract({ docs, errors: { odd_code: { status: 409, message: 'No.' } } })
  expect(() => Object.assign(contract, { name: 'other' })).toThrow(TypeError)
  expect(() => Object.assign(contract.errors, { odd_code: () => undefined })).toThrow(TypeError)
  expect(() => Object.assign(contract.codes.get('odd_code')!, { status: 200 })).toThrow(TypeError)
})

test.each([
  ...['https://x/a?b#c', 'https://x/a?b', '/a#b', '//host/x', '/a//b', 'https://x//a', '/%2e%2e/x', '/a/.', '/a/..'],
  ...['/a/%2E', '/./a', '/a/%zz', '/a%', '/:tenant/errors', '/errors/*', 'https://user:word@x/a', 'https:///a', '/'],
  ...['https://x:port/a', 'https://x.example/', '/a b', 'errors', 'ftp://x/a'],
])('pages cannot stand at %s', (place) => {
  const { message } = refusalOf({ docs: place })
  expect(message).toMatch(/^defineContract: docs: /)
  expect(message).toContain(`string ${JSON.stringify(place)}. Remedy: `)
})

test.each([
  ...['/errors', '/api/v1/errors', '/fehler%20seite', '/a.b/~c_d-e', 'https://docs.example.com'],
  ...['http://localhost:4000/stripe/errors', 'http://[::1]:4000/errors', 'https://my_host/...'],
])('pages can stand at %s', (place) => {
  expect(defineContract({ docs: place }).docs).toBe(place)
})

test('every code has a page under the documents', () => {
  const contract = defineContract({ docs })
  for (const { code, docUrl } of contract.codes.values()) expect(docUrl).toBe(`${docs}/${code}`)
})

test('a reworded and renamed built-in keeps its own name inside and goes out under the new one', () => {
  const contract = defineContract({ docs, builtins: { rate_limited: { code: 'slow_down', message: 'Slower.' } } })
  expect(contract.codes.get('rate_limited')).toMatchObject({ code: 'slow_down', message: 'Slower.', status: 429 })
  expect(contract.codes.get('rate_limited')?.docUrl).toBe(`${docs}/slow_down`)
})

test('two built-ins may swap their codes', () => {
  const contract = defineContract({
    docs,
    builtins: { maintenance: { code: 'service_unavailable' }, service_unavailable: { code: 'maintenance' } },
  })
  expect(contract.codes.get('maintenance')?.code).toBe('service_unavailable')
})

test('advice to retry is filled in by status', () => {
  const contract = defineContract({
    docs,
    errors: { lost: { status: 404, message: 'No.' }, broken: { status: 502, message: 'No.' } },
  })
  expect(contract.codes.get('lost')?.retry).toBe('never')
  expect(contract.codes.get('broken')?.retry).toBe('backoff')
})

import { expect, test } from 'vitest'
import { createRoutes } from './routes.ts'

function entry(method: 'GET' | 'POST' | 'DELETE', path: string) {
  return { method, path, id: `${method} ${path}` }
}

test('a static path comes before a parameter', () => {
  const find = createRoutes([entry('GET', '/charges/:id'), entry('GET', '/charges/latest')])
  expect(find('/charges/latest')?.params).toEqual({})
  expect(find('/charges/ch_1')?.params).toEqual({ id: 'ch_1' })
  expect(find('/charges')).toBeUndefined()
})

test('Allow lists the methods of the path, HEAD where there is GET, and OPTIONS', () => {
  const find = createRoutes([entry('POST', '/a'), entry('GET', '/a'), entry('DELETE', '/b')])
  expect(find('/a')?.route.allow).toBe('POST, GET, HEAD, OPTIONS')
  expect(find('/b')?.route.allow).toBe('DELETE, OPTIONS')
})

test('one method and path twice is refused, also under other parameter names', () => {
  expect(() => createRoutes([entry('GET', '/a/:id'), entry('GET', '/a/:id')])).toThrow(/"GET \/a\/:id": declared twice/)
  expect(() => createRoutes([entry('GET', '/a/:id'), entry('GET', '/a/:name')])).toThrow(/"GET \/a\/:name".*Remedy/)
})

test('two methods of one path must name its parameters alike, for the second would get those of the first', () => {
  const entries = [entry('GET', '/charges/:id'), entry('POST', '/charges/:chargeId')]
  expect(() => createRoutes(entries)).toThrow(
    /"POST \/charges\/:chargeId".*"GET \/charges\/:id".*Remedy: use the same names/,
  )
})

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

test('what is fixed is left again where nothing lies behind it', () => {
  const find = createRoutes([entry('GET', '/charges/latest/refunds'), entry('GET', '/charges/:id/:part')])
  expect(find('/charges/latest/refunds')?.params).toEqual({})
  expect(find('/charges/latest/disputes')?.params).toEqual({ id: 'latest', part: 'disputes' })
  expect(find('/charges/latest')).toBeUndefined()
  expect(find('/charges/latest/refunds/re_1')).toBeUndefined()
})

test('an empty segment is no parameter, and nothing but a slash is the root', () => {
  const find = createRoutes([entry('GET', '/'), entry('GET', '/charges/:id/refunds')])
  expect(find('/')?.route.methods.size).toBe(1)
  for (const path of ['', '*', '//', '/charges//refunds', '/charges/', '/charges/ch_1/refunds/']) {
    expect(find(path)).toBeUndefined()
  }
})

test('a segment may be called like what every object has', () => {
  const find = createRoutes([entry('GET', '/constructor/:id')])
  expect(find('/constructor/1')?.params).toEqual({ id: '1' })
  expect(find('/__proto__/1')).toBeUndefined()
  expect(find('/toString')).toBeUndefined()
})

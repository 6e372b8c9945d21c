import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromPointer, toFragment, toPointer } from './pointer.ts'

test('writes a path as a JSON Pointer and its fragment', () => {
  expect(toPointer('items.0.a/b~c')).toBe('/items/0/a~1b~0c')
  expect(toFragment('größe.#')).toBe('#/gr%C3%B6%C3%9Fe/%23')
  expect(toPointer('')).toBe('')
  expect(toFragment('\ud800')).toBeUndefined()
})

test('gives back the path of any pointer it wrote', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('.', '..', '~1', '#/', '%')),
      (path) => {
        expect(fromPointer(toPointer(path))).toBe(path)
        expect(fromPointer(toFragment(path) ?? toPointer(path))).toBe(path)
      },
    ),
  )
})

test('reads a fragment with broken percent signs as it is', () => {
  expect(fromPointer('#/100%/b')).toBe('100%.b')
})

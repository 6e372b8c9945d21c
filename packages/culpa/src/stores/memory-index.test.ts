import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryIndex } from './memory-index.ts'

/** Hashes of two parts that want a few places of them, of several texts each. */
const crowded = fc.record({ place: fc.nat(15), part: fc.nat(1) }).map(({ place, part }) => place * 2 ** 28 + part)
const hashes = fc.oneof(crowded, fc.integer({ min: 0, max: 2 ** 32 - 1 }))
const steps = fc.array(
  fc.record({ kind: fc.constantFrom('add', 'add', 'remove', 'replace'), hash: hashes, which: fc.nat() }),
  { maxLength: 300, size: 'max' },
)

test('finds what was added under its text, whatever else has its hash, until it is removed', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const texts = new Map<number, { readonly text: string; readonly hash: number }>()
      const index = memoryIndex((reference, text) => texts.get(reference)?.text === text)
      let last = 0
      for (const { kind, hash, which } of list) {
        last += 1
        if (kind === 'add') {
          texts.set(last, { text: `text ${last}`, hash })
          index.add(hash, last)
          continue
        }
        const [reference, known] = [...texts][which % Math.max(1, texts.size)] ?? [0, undefined]
        if (known === undefined) continue
        texts.delete(reference)
        if (kind === 'remove') index.remove(known.hash, reference)
        else {
          // The highest numbers are references as good as the lowest.
          const other = 2 ** 32 - last
          index.replace(known.hash, reference, other)
          texts.set(other, known)
        }
      }
      for (const [reference, { text, hash }] of texts) expect(index.find(hash, text)).toBe(reference)
      for (const { hash } of list) expect(index.find(hash, 'never added')).toBe(0)
      expect(index.size).toBe(texts.size)
    }),
  )
})

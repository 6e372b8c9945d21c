import { memoryKeys } from '../../packages/culpa/src/stores/memory.ts'
import { keyStoreSuite } from './key-store.suite.ts'

keyStoreSuite('memory', () => {
  const store = memoryKeys()
  return { store, second: store }
})

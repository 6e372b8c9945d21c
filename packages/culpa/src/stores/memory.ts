export { type MemoryIdempotency, type MemoryIdempotencyOptions, memoryIdempotency } from './memory-idempotency.ts'
export { memoryKeys } from './memory-keys.ts'
export { type MemoryLimitOptions, type MemoryLimits, memoryLimits } from './memory-limits.ts'

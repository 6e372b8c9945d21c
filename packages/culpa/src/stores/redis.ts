export type { IoRedisClient, NodeRedisClient, RedisClient } from './redis-client.ts'
export { type RedisIdempotency, type RedisIdempotencyOptions, redisIdempotency } from './redis-idempotency.ts'
export { type RedisKeyOptions, redisKeys } from './redis-keys.ts'
export { type RedisLimitOptions, type RedisLimits, redisLimits } from './redis-limits.ts'

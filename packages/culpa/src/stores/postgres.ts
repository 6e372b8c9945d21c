export type {
  ClientOf,
  PgClient,
  PgPool,
  PostgresJs,
  PostgresJsReserved,
  PostgresPool,
} from './postgres-client.ts'
export {
  type PostgresIdempotency,
  type PostgresIdempotencyOptions,
  postgresIdempotency,
} from './postgres-idempotency.ts'
export { type PostgresKeyOptions, postgresKeys } from './postgres-keys.ts'
export { migrate } from './postgres-schema.ts'

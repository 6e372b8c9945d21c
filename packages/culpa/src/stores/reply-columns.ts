import { crc32 } from 'node:zlib'
import type { RecordedReply } from '../server/stores.ts'

/** The columns of a recorded reply. */
export interface ReplyRow {
  readonly scope: string
  readonly status: number | bigint
  readonly headers: string
  readonly body: Uint8Array | null
  readonly checksum: number | bigint
}

const nothing = new Uint8Array(0)

/** The values of `status, headers, body, checksum`. */
export function toColumns(
  scope: string,
  { status, headers, body }: RecordedReply,
): [number, string, Uint8Array, number] {
  const text = JSON.stringify(headers)
  return [status, text, body, checksumOf(scope, status, text, body)]
}

/**
 * SQLite checks the pages of its log, not those of the database: a reply whose bytes changed on disk is never replayed.
 * @throws {Error} when they did
 */
export function fromColumns({ scope, status, headers, body, checksum }: ReplyRow): RecordedReply {
  const bytes = body ?? nothing
  if (checksumOf(scope, Number(status), headers, bytes) !== Number(checksum)) {
    throw new Error(
      'a recorded reply is damaged: its checksum does not match. Remedy: check the disk and the database.',
    )
  }
  return { status: Number(status), headers: JSON.parse(headers) as RecordedReply['headers'], body: bytes }
}

function checksumOf(scope: string, status: number, headers: string, body: Uint8Array): number {
  return crc32(body, crc32(`${scope}\0${status}\0${headers}`))
}

import type { RecordedReply } from '../../packages/culpa/src/server/stores.ts'

/** Bytes that are no text: FF and FE are one and the same replacement character to a decoder. */
export const binary: RecordedReply = {
  status: 201,
  headers: [
    ['content-type', 'application/octet-stream'],
    ['link', '</a>; rel="next"'],
    ['link', '</b>; rel="prev"'],
  ],
  body: Uint8Array.from([0xff, 0xfe, 0x00, 0x80, 0x22, 0x0a]),
}

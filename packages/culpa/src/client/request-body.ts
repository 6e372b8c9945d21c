import { append } from './request-url.ts'

/** A body as `fetch` takes it. */
export interface RequestBody {
  readonly content: unknown
  /** True where it was written here: as JSON, unless its content type says otherwise. */
  readonly isWritten: boolean
  /** False for a stream: it is gone once it was read. */
  readonly repeatable: boolean
}

const binary = ['FormData', 'URLSearchParams', 'Blob', 'File', 'ArrayBuffer', 'Uint8Array']

/**
 * Forms, bytes and streams go out as they are, text too where the caller names its content type; all else is written as
 * that type says where it is a form's, else as JSON.
 * @throws {TypeError} for what JSON cannot write
 */
export function requestBody(body: unknown, contentType: string | null): RequestBody {
  const kind = Object.prototype.toString.call(body).slice(8, -1)
  const isStream = kind === 'ReadableStream'
  const isRaw = body === undefined || isStream || binary.includes(kind) || (kind === 'String' && contentType !== null)
  const isForm = /form-url/i.test(contentType ?? '')
  const write = () => (isForm ? append(new URLSearchParams(), '', body) : JSON.stringify(body))
  return { content: isRaw ? body : write(), isWritten: !isRaw, repeatable: !isStream }
}

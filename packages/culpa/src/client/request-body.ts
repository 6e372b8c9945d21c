/** A body as `fetch` takes it. */
export interface RequestBody {
  readonly content: unknown
  /** True where it was written as JSON, and says so in its content type. */
  readonly isJson: boolean
  /** False for a stream: it is gone once it was read. */
  readonly repeatable: boolean
}

const binary = ['FormData', 'URLSearchParams', 'Blob', 'File', 'ArrayBuffer', 'Uint8Array']

/**
 * Forms, bytes and streams go out as they are, text too where the caller names its content type; all else as JSON.
 * @throws {TypeError} for what JSON cannot write
 */
export function requestBody(body: unknown, hasContentType: boolean): RequestBody {
  const kind = Object.prototype.toString.call(body).slice(8, -1)
  const isStream = kind === 'ReadableStream'
  const isRaw = body === undefined || isStream || binary.includes(kind) || (kind === 'String' && hasContentType)
  return { content: isRaw ? body : JSON.stringify(body), isJson: !isRaw, repeatable: !isStream }
}

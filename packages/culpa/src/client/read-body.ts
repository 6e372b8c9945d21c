/**
 * Reads a body to its end, or to about `maxBytes`.
 * @throws {Error} where fewer bytes came than `Content-Length` says: not every `fetch` sees that by itself
 */
export async function readBody({ body, headers, type }: Response, maxBytes: number): Promise<Uint8Array> {
  const reader = body?.getReader()
  const parts: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  while (length < maxBytes) {
    const { done, value } = (await reader?.read()) ?? { done: true }
    if (done) break
    parts.push(value)
    length += value.length
  }
  reader?.cancel().catch(() => {})
  // What was compressed has another length; across origins a page does not see that it was.
  const announced = type === 'cors' || headers.has('content-encoding') ? 0 : Number(headers.get('content-length'))
  if (reader && length < Math.min(announced, maxBytes))
    throw new Error(`the body ended after ${length} of ${announced} bytes`)
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}

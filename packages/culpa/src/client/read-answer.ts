import type { PreparedRequest } from './prepare-request.ts'

/** A success, read: its data, or why it is none. */
export type Answer = { readonly data: unknown } | { readonly invalid: string; readonly cause?: unknown }

/**
 * Reads the body of a success for what it says it is: JSON, text, else bytes; nothing where there is none.
 * `invalid` where it says JSON and is none, and where JSON was asked for and something else came, such as the page of a
 * proxy.
 */
export function readAnswer(
  { status, headers }: Response,
  text: string,
  bytes: Uint8Array,
  { method, wantsJson }: PreparedRequest,
): Answer {
  const type = headers.get('content-type') ?? ''
  const isJson = type === '' ? wantsJson : /^[^;]*[/+]json\b/i.test(type)
  if (text === '' && (method === 'HEAD' || status === 204 || type === '')) return { data: undefined }
  if (wantsJson && !isJson) return { invalid: `JSON was asked for, and ${type} came.` }
  if (!isJson) return { data: /^text\//i.test(type) ? text : bytes }
  try {
    return { data: JSON.parse(text) }
  } catch (cause) {
    return { invalid: 'The body says it is JSON, and is none.', cause }
  }
}

import { parse } from 'content-type'
import { refusal } from '../contract/api-error.ts'
import type { Guard } from '../server/guard.ts'

/**
 * Refuses a body of a type, charset or encoding that the operation does not read: 415 `unsupported_media_type`, naming
 * what it does read in `Accept` or `Accept-Encoding` (RFC 9110 §15.5.16). A request without a body needs no type.
 * Part of every API.
 */
export function contentType(): Guard {
  return {
    name: 'content_type',
    stage: 'content_type',
    codes: () => ['unsupported_media_type'],
    compile({ body, consumes }) {
      if (body === undefined) return undefined
      const readable = consumes.join(', ')
      return {
        step({ request }) {
          if (!request.hasBody) return
          const encoding = request.header('content-encoding')
          if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') {
            throw refusal('unsupported_media_type', { headers: [['accept-encoding', 'identity']] })
          }
          if (!reads(consumes, request.header('content-type'))) {
            throw refusal('unsupported_media_type', { headers: [['accept', readable]] })
          }
        },
      }
    },
  }
}

function reads(consumes: readonly string[], header: string | undefined): boolean {
  if (header === undefined) return false
  if (consumes.includes(header)) return true
  const { type, parameters } = parse(header)
  const charset = parameters.charset
  return consumes.includes(type.toLowerCase()) && (charset === undefined || /^utf-?8$/i.test(charset))
}

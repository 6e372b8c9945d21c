import type { TakenAnswer } from './client-steps.ts'
import type { DocumentedSystem } from './documented.ts'

interface Entry {
  readonly type?: string
  readonly code?: string
  readonly message: string
  readonly param?: string
}

/** What a caller can learn from an answer, read as its system documents it. */
export interface Told extends Entry {
  readonly status: number
  readonly docUrl: string
  readonly requestId: string
  readonly retryAfterMs?: number
  readonly details?: object
  readonly fieldErrors: readonly { readonly path: string; readonly code?: string; readonly message: string }[]
}

/** Reads an answer by its document, without anything of the client. What is not told is absent. */
export function toldBy({ format }: DocumentedSystem, { status, headers, body }: TakenAnswer): Told {
  const seconds = headers.get('retry-after')
  return {
    status,
    code: headers.get('error-code') ?? '',
    requestId: headers.get('request-id') ?? '',
    docUrl: /^<([^>]+)>/.exec(headers.get('link') ?? '')?.[1] ?? '',
    ...(seconds !== null && { retryAfterMs: Number(seconds) * 1000 }),
    // One cast: each reader says what its envelope has.
    ...readers[format](JSON.parse(body) as never),
  }
}

type Reader = (body: never) => Entry & Pick<Told, 'fieldErrors' | 'details'>

const readers: Readonly<Record<DocumentedSystem['format'], Reader>> = {
  stripe({ error }: { error: Entry & { doc_url?: string } }) {
    const { type = '', code = '', message, param, doc_url, ...details } = error
    return {
      ...{ type, code, message, fieldErrors: placed([error]) },
      ...(param !== undefined && { param }),
      ...(doc_url !== undefined && { docUrl: doc_url }),
      ...(Object.keys(details).length > 0 && { details }),
    }
  },
  'error-list': ({ errors }: { errors: Entry[] }) => ({ ...errors[0]!, fieldErrors: placed(errors) }),
  'field-errors'({ message, errors = {} }: { message: string; errors?: Record<string, string[]> }) {
    const fieldErrors = Object.entries(errors).flatMap(([path, texts]) =>
      texts.map((text) => ({ path, message: text })),
    )
    return { message, ...(fieldErrors[0] !== undefined && { param: fieldErrors[0].path }), fieldErrors }
  },
  currents: ({ error }: { error: string }) => ({ message: error, fieldErrors: [] }),
}

/** The entries that name a parameter. */
function placed(entries: readonly Entry[]): Told['fieldErrors'] {
  return entries.flatMap(({ param, code, message }) =>
    param === undefined ? [] : [{ path: param, message, ...(code !== undefined && { code }) }],
  )
}

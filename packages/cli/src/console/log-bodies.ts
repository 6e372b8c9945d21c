import type { LoggedMessage, LogPage, LogRecorderState, StoredLogEntry } from 'culpa'
import type { EntryBody, LineBody, LogStateBody, MessageBody } from './wire.ts'

/** An entry as a line of the list. */
export function toLine({ id, target, event }: LogPage['entries'][number]): LineBody {
  const { caller } = event
  return {
    id,
    at: event.at,
    request_id: event.requestId,
    system: event.contract,
    method: event.method,
    target,
    operation: event.operation ?? null,
    status: event.status,
    duration_ms: Math.round(event.durationMs * 1000) / 1000,
    code: event.code ?? null,
    source: event.source ?? null,
    declared: event.declared ?? null,
    replayed: event.replayed === true,
    caller:
      caller === undefined ? null : { key_id: caller.keyId, tenant: caller.tenant, environment: caller.environment },
  }
}

/** An entry with all that was kept of it. */
export function toEntryBody(entry: StoredLogEntry): EntryBody {
  return {
    ...toLine(entry),
    cause: entry.event.cause ?? null,
    trace_id: entry.event.trace?.traceId ?? null,
    request: toMessage(entry.request),
    reply: toMessage(entry.reply),
  }
}

export function toStateBody({ dropped, shortened, failing }: LogRecorderState): LogStateBody {
  return { dropped, shortened, failing }
}

function toMessage(message: LoggedMessage | undefined): MessageBody | null {
  if (message === undefined) return null
  return { headers: message.headers, body: message.body ?? null, note: message.note ?? null }
}

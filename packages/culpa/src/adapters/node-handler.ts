import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Handling } from '../server/mount.ts'
import { type ApiError, refusal } from '../server/refusal.ts'
import type { Reply } from '../server/reply.ts'
import type { MaybePromise } from '../server/stores.ts'
import { type Connection, connectionOf } from './node-connection.ts'
import { sendReply } from './node-reply.ts'
import { NodeRequest } from './node-request.ts'

/** What a server is doing, for all of its requests. */
export interface ServerState {
  /** True from the start of a graceful close. */
  draining: boolean
}

/** Answers one request; `instead`, where it is given, replaces what the API would say. */
export type HandleMessage = (request: NodeRequest, instead?: Instead) => void

type Instead = (request: NodeRequest) => MaybePromise<Reply> | undefined

/** Wires requests of `node:http` to an API. */
export function createMessageHandler(api: Handling, state: ServerState): HandleMessage {
  function answer(request: NodeRequest, instead: Instead | undefined): MaybePromise<Reply> {
    const refused = wireRefusal(request.message)
    if (refused === undefined) return instead?.(request) ?? api.handle(request)
    request.close = true
    return api.refuse(request, refused)
  }

  function send(connection: Connection, request: NodeRequest, reply: Reply): void {
    // Only the last of several pipelined answers may end the connection: the others would take it along.
    if (state.draining && connection.last === request) request.close = true
    try {
      sendReply(request, reply, api.log)
    } catch (thrown) {
      // Another API than ours may have answered nothing at all.
      if (request.response.headersSent || reply?.body === null) request.message.socket.destroy()
      else sendFailure(request, thrown)
    }
  }

  function sendFailure(request: NodeRequest, cause: unknown): void {
    try {
      sendReply(request, api.refuse(request, refusal('internal_error', { cause })), api.log)
    } catch {
      request.message.socket.destroy()
    }
  }

  return (request, instead) => {
    const connection = connectionOf(request.message.socket)
    if (connection.closing) return
    connection.begin(request)
    let reply: MaybePromise<Reply>
    try {
      reply = answer(request, instead)
    } catch (thrown) {
      return sendFailure(request, thrown)
    }
    if (!(reply instanceof Promise)) return send(connection, request, reply)
    reply.then(
      (later) => send(connection, request, later),
      (thrown) => sendFailure(request, thrown),
    )
  }
}

/**
 * Serves an API from an HTTP server that exists already. Only requests that reach it: what Node answers by itself, such
 * as malformed ones, needs {@link createNodeServer}.
 * @example
 * http.createServer(toNodeHandler(api)).listen(4000)
 */
export function toNodeHandler(api: Handling): (message: IncomingMessage, response: ServerResponse) => void {
  const handle = createMessageHandler(api, { draining: false })
  return (message, response) => handle(new NodeRequest(message, response))
}

/** What Node's parser lets through and HTTP does not (RFC 9112 §2.3, §3.2, §6.1). */
function wireRefusal({ httpVersionMajor, httpVersionMinor, rawHeaders }: IncomingMessage): ApiError | undefined {
  let hosts = 0
  let valid = httpVersionMajor === 1
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const { length } = rawHeaders[index] as string
    if (length !== 4 && length !== 17) continue
    const name = lowerName(rawHeaders[index] as string)
    const value = rawHeaders[index + 1] as string
    if (name === 'host') {
      hosts++
      valid &&= /^[\w.~!$&'()*+,;=%:[\]-]*$/.test(value)
    } else if (name === 'transfer-encoding') {
      valid &&= httpVersionMinor === 1 && value.toLowerCase() === 'chunked'
    }
  }
  if (hosts > 1 || (hosts === 0 && httpVersionMinor === 1)) valid = false
  return valid ? undefined : refusal('request_malformed')
}

/** Most clients write the one or the other. */
function lowerName(raw: string): string {
  return raw === 'host' || raw === 'Host' ? 'host' : raw.toLowerCase()
}

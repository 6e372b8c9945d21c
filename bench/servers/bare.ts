// Bare `node:http`: sends what culpa was seen to send, every header of it, and checks nothing.
import type { IncomingMessage } from 'node:http'
import type { SeenReply } from '../seen-reply.ts'
import { serveBare, startOptions } from './serve.ts'

/** What it does with a request's body: nothing, read and parse it, or make its answer of it as well. */
export type BareBody = 'ignored' | 'parsed' | 'answered'

export interface BareOptions {
  readonly reply: SeenReply
  readonly body: BareBody
}

interface Order {
  readonly item: string
  readonly quantity: number
}

const { reply, body } = startOptions<BareOptions>()
const { status, headers, text } = reply
const flat = headers.flat()

function whenParsed(request: IncomingMessage, use: (order: Order) => void): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => use(JSON.parse(Buffer.concat(chunks).toString()) as Order))
}

serveBare((request, response) => {
  const send = (answer: string) => {
    response.writeHead(status, flat)
    response.end(answer, 'latin1')
  }
  if (body === 'ignored') return send(text)
  whenParsed(request, ({ item, quantity }) => {
    send(body === 'parsed' ? text : JSON.stringify({ id: 'order_1', item, quantity }))
  })
})

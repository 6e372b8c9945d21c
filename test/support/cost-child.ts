// A server with every guard in a process of its own, which asks itself and counts what each request makes it do.
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { connect, type Socket } from 'node:net'
import { promiseHooks } from 'node:v8'
import { memoryIdempotency, memoryKeys, memoryLimits } from 'culpa/memory'
import { listen } from 'culpa/node'
import { guardedApi, issueKey } from '../../bench/servers/guarded-api.ts'

/** What one request makes the server do. */
export interface Cost {
  readonly status: number
  /** Calls of any store's functions. */
  storeCalls: number
  /** Digests that are made, of whatever. */
  hashes: number
  /** Promises that are made, those behind each `await` among them. */
  promises: number
  timers: number
  /** Times that bytes are handed to the system. */
  socketWrites: number
  /** Header lines of the answer, `node:http`'s own among them. */
  headerLines: number
}

type Counted = Exclude<keyof Cost, 'status'>

const times = 24
let counts: Record<Counted, number>
const reset = () => {
  counts = { storeCalls: 0, hashes: 0, promises: 0, timers: 0, socketWrites: 0, headerLines: 0 }
}
reset()

/** Counts how often a function of an object is called. */
function count(holder: object, name: string, as: Counted): void {
  const functions = holder as Record<string, (...values: unknown[]) => unknown>
  const original = functions[name] as (...values: unknown[]) => unknown
  functions[name] = function (...values) {
    counts[as] += 1
    return original.apply(this, values)
  }
}

function countedStore<Store extends object>(store: Store): Store {
  for (const name of Object.keys(store)) {
    if (Object.getOwnPropertyDescriptor(store, name)?.get === undefined) count(store, name, 'storeCalls')
  }
  return store
}

for (const name of ['hash', 'createHash', 'createHmac']) count(crypto, name, 'hashes')
syncBuiltinESMExports()
for (const name of ['setTimeout', 'setInterval', 'setImmediate']) count(globalThis, name, 'timers')

async function startServer() {
  const keys = countedStore(memoryKeys())
  const key = await issueKey(keys, 'org_1')
  const stores = { limits: memoryLimits(), failures: memoryLimits(), records: memoryIdempotency() }
  for (const store of Object.values(stores)) countedStore(store)
  const api = guardedApi({ keys, ...stores })
  const { server, port } = await listen(api, { port: 0 })
  server.on('connection', (socket: Socket) => {
    for (const name of ['_write', '_writev']) count(socket, name, 'socketWrites')
  })
  return { port, key }
}

const { port, key } = await startServer()
let orders = 0

function text(line: string, headers: readonly string[], body = ''): string {
  const length = body === '' ? [] : ['content-type: application/json', `content-length: ${body.length}`]
  return `${[`${line} HTTP/1.1`, 'host: localhost', ...headers, ...length].join('\r\n')}\r\n\r\n${body}`
}

const bearer = `authorization: Bearer ${key}`
const order = (quantity: number) => () =>
  text('POST /orders', [bearer, `idempotency-key: order_${orders++}`], JSON.stringify({ item: 'item_1', quantity }))

const requests: Readonly<Record<string, () => string>> = {
  GET: () => text('GET /items/item_1', [bearer]),
  'keyed POST': order(1),
  'no key': () => text('GET /items/item_1', []),
  'no route': () => text('GET /nothing', [bearer]),
  'bad body': order(0),
  'spent limit': () => text('GET /spent', [bearer]),
}

/** Callbacks alone: a promise of the caller would be counted as one of the server. */
function ask(socket: Socket, request: string, answered: (cost: Cost) => void): void {
  socket.once('data', (chunk) => {
    const [head = ''] = chunk.toString('latin1').split('\r\n\r\n')
    const [statusLine = '', ...lines] = head.split('\r\n')
    counts.headerLines = lines.length
    // What the server still does once its answer is out belongs to the request.
    settle(() => answered({ status: Number(statusLine.split(' ')[1]), ...counts }))
  })
  reset()
  socket.write(request, 'latin1')
}

const { setImmediate: nextTurn } = process.getBuiltinModule('node:timers')

function settle(then: () => void, turns = 3): void {
  if (turns === 0) then()
  else nextTurn(() => settle(then, turns - 1))
}

/** The least of many: what only some requests do, such as noting a use once a minute, is not part of the price. */
function measure(socket: Socket, names: readonly string[], done: (costs: Record<string, Cost>) => void): void {
  const costs: Record<string, Cost> = {}
  const next = (index: number, time: number) => {
    const name = names[index]
    if (name === undefined) return done(costs)
    ask(socket, (requests[name] as () => string)(), (cost) => {
      const before = costs[name]
      // The first one of all may differ: it spends the limit.
      if (time > times / 2) costs[name] = before === undefined ? cost : least(before, cost)
      if (time < times) next(index, time + 1)
      else next(index + 1, 1)
    })
  }
  next(0, 1)
}

function least(before: Cost, cost: Cost): Cost {
  if (before.status !== cost.status) throw new Error(`once ${before.status}, once ${cost.status}`)
  const result = { ...cost }
  for (const name of Object.keys(counts) as Counted[]) result[name] = Math.min(before[name], cost[name])
  return result
}

const socket = connect(port, '127.0.0.1', () => {
  promiseHooks.onInit(() => {
    counts.promises += 1
  })
  measure(socket, Object.keys(requests), (costs) => process.send?.(costs, () => process.exit(0)))
})

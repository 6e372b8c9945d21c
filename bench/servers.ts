// The servers that are compared, one a process: `node bench/servers.ts NAME`. Each prints its port to its parent.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { apiKeys, createApi, defineContract, idempotency, keyIssuer, operationsFor, rateLimits, recordLog } from 'culpa'
import { toFetch } from 'culpa/fetch'
import { memoryIdempotency, memoryKeys, memoryLimits } from 'culpa/memory'
import { listen } from 'culpa/node'
import { migrate, sqliteLog } from 'culpa/sqlite'
import { z } from 'zod'

const peppers = { 1: 'the pepper of the benchmark' }
const item = { id: 'item_1', name: 'An item', price: 1200, currency: 'eur' }
const itemText = JSON.stringify(item)

const Order = z.object({ item: z.string(), quantity: z.number().int().min(1), note: z.string().max(200).optional() })

/** Answers what culpa answers, byte for byte in the body, and checks nothing. */
const bare: RequestListener = (request, response) => {
  if (request.method === 'GET') return send(response, 200, itemText)
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const order = JSON.parse(Buffer.concat(chunks).toString()) as { item: string; quantity: number }
    send(response, 200, JSON.stringify({ id: 'order_1', item: order.item, quantity: order.quantity }))
  })
}

/** Answers every request with what was once answered by culpa, byte for byte. */
async function bareRefusal(): Promise<RequestListener> {
  const { api } = await createBenchApi()
  const call = toFetch(api)
  const response = await call(new Request('http://localhost/items/item_1'))
  const headers = [...response.headers].flat()
  const body = await response.text()
  return (_request, answer) => {
    answer.writeHead(response.status, headers)
    answer.end(body)
  }
}

function send(response: Parameters<RequestListener>[1], status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

async function createBenchApi() {
  const keys = memoryKeys()
  const { key } = await keyIssuer(keys, peppers).issue({
    prefix: 'sk',
    environment: 'test',
    tenant: 'org_1',
    scopes: ['items:read', 'orders:write'],
  })
  const contract = defineContract({ format: 'stripe', docs: '/errors' })
  const operation = operationsFor(contract)
  const api = createApi({
    contract,
    log: () => undefined,
    guards: {
      keys: apiKeys(keys, { peppers }),
      limits: rateLimits(memoryLimits(), { all: '1000000/s' }),
      idempotency: idempotency(memoryIdempotency()),
    },
    operations: [
      operation('GET /items/:id', { scopes: ['items:read'], limit: 'all', handler: () => item }),
      operation('POST /orders', {
        scopes: ['orders:write'],
        limit: 'all',
        idempotency: 'optional',
        body: Order,
        handler: ({ body }) => ({ id: 'order_1', item: body.item, quantity: body.quantity }),
      }),
    ],
  })
  return { api, key }
}

async function culpa(): Promise<{ port: number; key: string }> {
  const { api, key } = await createBenchApi()
  const { port } = await listen(api, { port: 0 })
  return { port, key }
}

/** The same, every request with headers and bodies in a log on disk. */
async function logged(): Promise<{ port: number; key: string }> {
  const { api, key } = await createBenchApi()
  const folder = mkdtempSync(join(tmpdir(), 'culpa-bench-'))
  const database = new DatabaseSync(join(folder, 'log.db'))
  migrate(database)
  database.exec('PRAGMA synchronous = NORMAL')
  const recorder = recordLog(sqliteLog(database))
  api.watch(recorder.log)
  process.on('exit', () => {
    console.error(`  log: ${JSON.stringify(recorder.state)}`)
    rmSync(folder, { recursive: true })
  })
  const { port } = await listen(api, { port: 0 })
  return { port, key }
}

function plain(listener: RequestListener): Promise<{ port: number; key: string }> {
  const server = createServer(listener)
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve({ port: (server.address() as AddressInfo).port, key: '' })),
  )
}

const servers: Readonly<Record<string, () => Promise<{ port: number; key: string }>>> = {
  bare: () => plain(bare),
  'bare-refusal': async () => plain(await bareRefusal()),
  culpa,
  logged,
}

const start = servers[process.argv[2] ?? '']
if (start === undefined)
  throw new Error(`servers.ts: no server ${process.argv[2]}. Remedy: one of ${Object.keys(servers).join(', ')}`)
process.send?.(await start())
process.on('message', () => process.send?.(process.cpuUsage()))
process.on('disconnect', () => process.exit(0))

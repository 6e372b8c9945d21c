import { afterAll, beforeAll } from 'vitest'
import { toFetch } from '../../packages/culpa/src/adapters/fetch.ts'
import { listen, type NodeServer } from '../../packages/culpa/src/adapters/node.ts'
import { adapterSuite } from './adapter.suite.ts'
import { sampleApi } from './sample-api.ts'

let server: NodeServer
beforeAll(async () => {
  server = await listen(sampleApi().api, { port: 0, processFailures: 'crash' })
})
afterAll(() => server.close())

adapterSuite('node', (path, init) => fetch(server.url + path, init))

const handle = toFetch(sampleApi().api)
adapterSuite('fetch', (path, init) => handle(new Request(`https://api.example.com${path}`, init)))

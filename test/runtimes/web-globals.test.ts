import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { bundle, writeProgram } from './program.ts'
import { scenarioSuite } from './scenario.suite.ts'

const script = await bundle(writeProgram(`export { runScenarios } from './scenarios.ts'`), 'iife')

scenarioSuite({
  name: 'a thread of worker_threads with nothing but the globals of the web',
  agent: /^Node\.js\/24/,
  sight: { reasons: true, ungranted: true },
  isBare: true,
  async run({ url, closedUrl }) {
    const thread = new URL('web-globals-thread.ts', import.meta.url)
    const [results] = await once(new Worker(thread, { workerData: { script, servers: { url, closedUrl } } }), 'message')
    return results
  },
})

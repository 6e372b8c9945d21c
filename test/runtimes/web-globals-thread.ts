// A thread of `worker_threads` that runs the scenarios with the globals of the web alone.
import { parentPort, workerData } from 'node:worker_threads'
import { runWithWebGlobals } from './web-globals.ts'

const { script, servers } = workerData
parentPort?.postMessage(await runWithWebGlobals(script).program.runScenarios(servers))

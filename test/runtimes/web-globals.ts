import { type Context, createContext, runInContext } from 'node:vm'

const names = [
  ...['AbortController', 'AbortSignal', 'Blob', 'Headers', 'MessageChannel', 'TextDecoder', 'TextEncoder', 'URL'],
  ...['clearTimeout', 'crypto', 'fetch', 'navigator', 'performance', 'setTimeout', 'structuredClone'],
] as const

/** Runs a script in a realm of its own, which has what every web platform has and nothing of Node. */
export function runWithWebGlobals(script: string): Context {
  const context = createContext(Object.fromEntries(names.map((name) => [name, globalThis[name]])))
  runInContext(script, context)
  return context
}

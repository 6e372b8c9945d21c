import { expect, test } from 'vitest'
import { defineContract } from '../contract/define-contract.ts'
import { createApi } from '../create-api.ts'
import { send } from '../guards/testing.suite.ts'
import type { Log, LogEvent } from './log.ts'
import { logs } from './logs.ts'
import { mountApis } from './mount.ts'
import { operationsFor } from './operations-for.ts'

const contract = defineContract({ docs: '/errors' })

function apiWith(log: Log, path: `/${string}` = '/hello') {
  return createApi({ contract, log, operations: [operationsFor(contract)(`GET ${path}`, { handler: () => 1 })] })
}

function list(): { readonly paths: string[]; readonly log: Log } {
  const paths: string[] = []
  return { paths, log: ({ path }: LogEvent) => void paths.push(path) }
}

const throwing: Log = () => {
  throw new Error('the disk is full')
}

test('each of several logs gets every event, also when another throws', async () => {
  const [first, second] = [list(), list()]
  const api = apiWith(logs(first.log, throwing, second.log))
  expect((await send(api, 'GET /hello')).status).toBe(200)
  expect([first.paths, second.paths]).toEqual([['/hello'], ['/hello']])
})

test('an observer gets events besides the own log, until it stops', async () => {
  const [own, observer] = [list(), list()]
  const api = apiWith(own.log)
  const stop = api.watch(observer.log)
  await send(api, 'GET /hello')
  stop()
  stop()
  await send(api, 'GET /none')
  expect([own.paths, observer.paths]).toEqual([['/hello', '/none'], ['/hello']])
})

test('one log that observes twice gets all twice, and stops once at a time', async () => {
  const observer = list()
  const api = apiWith(() => undefined)
  const stop = api.watch(observer.log)
  api.watch(observer.log)
  await send(api, 'GET /hello')
  stop()
  await send(api, 'GET /hello')
  expect(observer.paths).toHaveLength(3)
})

test('an observer that throws changes no answer', async () => {
  const api = apiWith(throwing)
  api.watch(throwing)
  expect((await send(api, 'GET /hello')).status).toBe(200)
})

test('mounted APIs tell which they are, each once', () => {
  const [one, two] = [apiWith(() => undefined, '/one/a'), apiWith(() => undefined, '/two/a')]
  expect(mountApis({ '/one': one, '/also': one }, two).apis).toEqual([two, one])
})

import { recordLog } from 'culpa'
import { expect, test } from 'vitest'
import { logStream } from './log-stream.ts'
import { openLog } from './open-log.ts'

test('a reader that takes nothing costs nothing: no look at the store, no line in memory', async () => {
  const { log, close } = openLog()
  let reads = 0
  const store: typeof log = {
    ...log,
    read(query) {
      reads++
      return log.read(query)
    },
  }
  const recorder = recordLog(store)
  const signal = new AbortController().signal
  const reader = logStream({ store, recorder, filters: {}, after: 0, signal }).getReader()
  await reader.read()
  const before = reads
  for (let id = 1; id <= 500; id++) {
    recorder.log({
      at: id,
      requestId: `req_${id}`,
      contract: 'a',
      method: 'GET',
      path: '/',
      status: 200,
      durationMs: 1,
    })
    await recorder.flush()
  }
  expect(reads).toBe(before)
  const { value } = await reader.read()
  expect(new TextDecoder().decode(value).match(/^id: /gm)).toHaveLength(200)
  await reader.cancel()
  close()
})

test('tells once that it has ended, whoever ends it', async () => {
  const { log, close } = openLog()
  const recorder = recordLog(log)
  const leaving = new AbortController()
  let ended = 0
  const open = () =>
    logStream({ store: log, recorder, filters: {}, after: 0, signal: leaving.signal, onEnd: () => ended++ })
  await open().cancel()
  expect(ended).toBe(1)
  open()
  leaving.abort()
  expect(ended).toBe(2)
  open()
  expect(ended).toBe(3)
  close()
})

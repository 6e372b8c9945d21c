import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Console, createConsole, openLog } from '@culpa/cli/console'
import { createApi, defineContract, type Handling, operationsFor } from 'culpa'
import { listen } from 'culpa/node'
import { expect, onTestFinished, test } from 'vitest'

const contract = defineContract({ docs: '/errors' })
const api = createApi({ contract, operations: [operationsFor(contract)('GET /things/:id', { handler: () => ({}) })] })

/** A server with a log of its own in memory. */
async function serve(port: number) {
  const { log, close } = openLog()
  let board: Console | undefined
  const handling = (origin: string): Handling => {
    board = createConsole({ title: 'things', systems: [{ api }], log, origin })
    return board.mount(api)
  }
  const server = await listen(({ url }) => handling(url), { port, host: '127.0.0.1' })
  const stop = async () => {
    await server.close()
    await board?.close()
    close()
  }
  return { url: server.url, port: Number(new URL(server.url).port), stop }
}

/** Names and data of the first events after an id. */
async function firstEvents(url: string, after: string, isEnough: (text: string) => boolean): Promise<string> {
  const stop = new AbortController()
  const response = await fetch(`${url}/console/stream`, { headers: { 'last-event-id': after }, signal: stop.signal })
  let text = ''
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += new TextDecoder().decode(chunk)
    if (isEnough(text)) break
  }
  stop.abort()
  return text
}

async function lastId(url: string): Promise<number> {
  const { head } = (await (await fetch(`${url}/console/log`)).json()) as { head: number }
  return head
}

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'culpa-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'log.db')
}

test('whoever followed a log goes on with the one after it, though that was in memory', async () => {
  const first = await serve(0)
  for (let sent = 0; sent < 20; sent++) await fetch(`${first.url}/things/before`)
  await firstEvents(first.url, String((await lastId(first.url)) - 1), (text) => text.includes('/things/before'))
  const seen = await lastId(first.url)
  await first.stop()
  const second = await serve(first.port)
  onTestFinished(second.stop)
  await fetch(`${second.url}/things/after`)
  const text = await firstEvents(second.url, String(seen), (events) => events.includes('/things/after'))
  const id = Number(/^id: (\d+)$/m.exec(text)?.[1])
  expect(id).toBeGreaterThan(seen)
})

test('somebody else who writes to the file keeps no request waiting', () => {
  const file = newFile()
  const { log, close } = openLog(file)
  onTestFinished(close)
  const other = new DatabaseSync(file)
  onTestFinished(() => other.close())
  other.exec('BEGIN IMMEDIATE')
  // Not a measurement: stores that must not lose anything wait for five seconds.
  const started = performance.now()
  expect(() => log.write([])).toThrow('locked')
  expect(performance.now() - started).toBeLessThan(4500)
  other.exec('COMMIT')
})

test('a file that is no log is named, with what to do about it', () => {
  const file = newFile()
  writeFileSync(file, 'no database. '.repeat(1000))
  expect(() => openLog(file)).toThrow(
    `${file} cannot be used for the log: file is not a database. Remedy: another file, or delete this one`,
  )
})

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Cost } from './support/cost-child.ts'

/**
 * What a request makes a server with every guard do, stores in memory: counted, so that no machine is too slow for it. A
 * number may only fall.
 */
const most = table(`
  request      status  store calls  hashes  promises  timers  socket writes  header lines
  GET             200            3       1         0       0              1             8
  keyed POST      200            5       2         4       0              1             8
  no key          401            2       0         0       0              1            11
  no route        404            0       0         0       0              1            10
  bad body        422            4       2         4       0              1            12
  spent limit     429            3       1         0       0              1            13
`)

test.each(Object.keys(most))('%s costs no more than it did', { timeout: 300_000 }, async (name) => {
  const { status, ...counts } = (await costs())[name] as Cost
  const { status: wanted, ...limits } = most[name] as Cost
  expect(status).toBe(wanted)
  const dearer = Object.entries(counts).filter(([what, count]) => count > limits[what as keyof typeof limits])
  expect(dearer, JSON.stringify(counts)).toEqual([])
})

let counted: Promise<Readonly<Record<string, Cost>>> | undefined

function costs(): Promise<Readonly<Record<string, Cost>>> {
  counted ??= count()
  return counted
}

async function count(): Promise<Readonly<Record<string, Cost>>> {
  const program = fileURLToPath(new URL('support/cost-child.ts', import.meta.url))
  const child = fork(program, [], { execArgv: ['--conditions=culpa-source'] })
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended with ${code}`)))
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [Readonly<Record<string, Cost>>]
  ended.catch(() => undefined)
  return message
}

/** Columns are two blanks apart; a heading of two words is one name in camel case. */
function table(text: string): Readonly<Record<string, Cost>> {
  const [head = [], ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/))
  const names = head.map((heading) => heading.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase()))
  return Object.fromEntries(
    rows.map(([name, ...cells]) => [
      name,
      // One cast: the headings are those of the type.
      Object.fromEntries(cells.map((cell, index) => [names[index + 1], Number(cell)])) as unknown as Cost,
    ]),
  )
}

// Sends refused requests at a fixed rate: `node bench/servers/flood.ts` with where to, which, and the status to expect.
import { openGenerator } from '../load.ts'
import { refused } from '../requests.ts'
import { answer } from './answer.ts'
import { startOptions } from './serve.ts'

export interface FloodOptions {
  readonly port: number
  readonly key: string
  /** One of those in `requests.ts`. */
  readonly status: number
}

export interface FloodQuestion {
  readonly perSecond: number
  readonly seconds: number
}

const { port, key, status } = startOptions<FloodOptions>()
const next = refused[status]
if (next === undefined) throw new Error(`no request is refused with ${status}`)
const generator = await openGenerator({ port, connections: 32, next: next(key), status })
answer<FloodQuestion>('ready', async ({ perSecond, seconds }) => {
  return (await generator.pace(perSecond, seconds, 'bursts')).length
})

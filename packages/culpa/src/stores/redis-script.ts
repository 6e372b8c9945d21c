import { createHash } from 'node:crypto'

/** A script as Redis knows it. */
export interface RedisScript {
  readonly text: string
  readonly sha1: string
}

/**
 * Every script tells the server's clock first, in microseconds, and does nothing when that is past `ARGV[1]`: whoever
 * sent it has given up by then. `ARGV[2]` is another clock, for tests.
 */
const opening = `
local time = redis.call('TIME')
local clock = time[1] * 1000000 + time[2]
if ARGV[1] ~= '' and clock > tonumber(ARGV[1]) then return { clock, 'late' } end
local now = ARGV[2] == '' and clock or tonumber(ARGV[2])
`

/** Makes a script that has \`now\` in microseconds, and answers with \`{ clock, … }\`. Its own values start at `ARGV[3]`. */
export function redisScript(body: string): RedisScript {
  const text = opening + body
  return { text, sha1: createHash('sha1').update(text).digest('hex') }
}

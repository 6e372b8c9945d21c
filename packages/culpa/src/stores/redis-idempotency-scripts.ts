import { redisScript } from './redis-script.ts'

/** The layout of a record. One of another layout is not touched. */
export const recordLayout = 1

/**
 * `KEYS[1]` is the record, `KEYS[2]` its reply, a key of its own because it goes earlier. `current` brings a record to
 * where time has taken it; `ARGV[3]` and `ARGV[4]` are how long replies and records are kept, in milliseconds.
 */
const records = `
local ms = math.floor(now / 1000)
local responseMs, tombstoneMs = tonumber(ARGV[3]), tonumber(ARGV[4])
local function current()
  local r = redis.call('HMGET', KEYS[1], 'layout', 'state', 'fingerprint', 'attempt', 'at')
  if not r[1] then return nil end
  if r[1] ~= '${recordLayout}' then error('CULPA-LAYOUT ' .. r[1]) end
  local record = { state = r[2], fingerprint = r[3], attempt = r[4], at = tonumber(r[5]) }
  if record.state == 'running' and ms >= record.at then
    record.state = 'unknown'
    redis.call('HSET', KEYS[1], 'state', 'unknown')
  elseif record.state == 'finished' or record.state == 'expired' then
    local age = ms - record.at
    if age >= tombstoneMs then
      redis.call('DEL', KEYS[1], KEYS[2])
      return nil
    end
    if record.state == 'finished' and age >= responseMs then
      record.state = 'expired'
      redis.call('HSET', KEYS[1], 'state', 'expired')
      redis.call('DEL', KEYS[2])
    end
  end
  return record
end
local function told(record)
  if not record then return { clock, 'none' } end
  local reply = record.state == 'finished' and redis.call('HMGET', KEYS[2], 'status', 'headers', 'body') or {}
  return { clock, record.state, record.fingerprint, record.attempt, record.at - ms, unpack(reply) }
end
local function owned(state)
  local record = current()
  return record and record.state == state and record.attempt == ARGV[5] and record or nil
end
local function finish(record)
  local scope = redis.call('HGET', KEYS[1], 'scope') or ''
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'layout', ${recordLayout}, 'state', 'finished', 'fingerprint', record.fingerprint,
    'attempt', record.attempt, 'at', ms, 'scope', scope)
  redis.call('PEXPIRE', KEYS[1], tombstoneMs)
  redis.call('HSET', KEYS[2], 'status', ARGV[6], 'headers', ARGV[7], 'body', ARGV[8])
  redis.call('PEXPIRE', KEYS[2], responseMs)
end
`

const recordScript = (body: string) => redisScript(records + body)

export const findScript = recordScript('return told(current())')

/** A number of an attempt is the server's clock: no two claims of a scope have one, whatever was deleted between them. */
export const claimScript = recordScript(`
local record = current()
if record then return told(record) end
redis.call('HSET', KEYS[1], 'layout', ${recordLayout}, 'state', 'running', 'fingerprint', ARGV[5],
  'attempt', string.format('%.0f', clock), 'at', ms + tonumber(ARGV[6]), 'scope', ARGV[7])
return { clock, 'claimed', clock }
`)

export const finishScript = recordScript(`
local record = owned('running')
if record then finish(record) end
return { clock, record and 1 or 0 }
`)

export const releaseScript = recordScript(`
return { clock, owned('running') and redis.call('DEL', KEYS[1]) or 0 }
`)

export const abandonScript = recordScript(`
local record = owned('running')
if record then redis.call('HSET', KEYS[1], 'state', 'unknown') end
return { clock, record and 1 or 0 }
`)

/** With no status: nothing happened. */
export const settleScript = recordScript(`
local record = owned('unknown')
if record then
  if ARGV[6] then finish(record) else redis.call('DEL', KEYS[1]) end
end
return { clock, record and 1 or 0 }
`)

export const findStepScript = recordScript(`
return { clock, current() and redis.call('HGET', KEYS[1], 'step:' .. ARGV[5]) or false }
`)

export const saveStepScript = recordScript(`
local record = owned('running')
if record then redis.call('HSET', KEYS[1], 'step:' .. ARGV[6], ARGV[7]) end
return { clock, record and 1 or 0 }
`)

/**
 * `KEYS[1]` is a pattern of records, `ARGV[3]` where the scan goes on, `ARGV[4]` how many keys to look at: the next place,
 * then scope, attempt, state and names of steps of each record. It reads keys that it was not given, so one server only.
 */
export const listScript = redisScript(`
local found = redis.call('SCAN', ARGV[3], 'MATCH', KEYS[1], 'COUNT', ARGV[4])
local answer = { clock, found[1] }
for _, key in ipairs(found[2]) do
  local fields, record, steps = redis.call('HGETALL', key), {}, {}
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 5) == 'step:' then steps[#steps + 1] = string.sub(fields[i], 6)
    else record[fields[i]] = fields[i + 1] end
  end
  if record.layout == '${recordLayout}' then
    local isOver = record.state == 'running' and math.floor(now / 1000) >= tonumber(record.at)
    answer[#answer + 1] = { record.scope or '', record.attempt, isOver and 'unknown' or record.state, steps }
  end
end
return answer
`)

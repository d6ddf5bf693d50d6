/**
 * The steps of the directory, each of which Redis makes whole or not at all (Lua, `EVALSHA`). Leases and nodes are keys
 * that Redis lets end by themselves (`PX`); a set beside them lists their names, since looking through all keys takes
 * long.
 *
 * Tokens (fencing tokens) are told apart by their order alone. The next one is above the last one that Redis knows, above
 * all that whoever asks has heard of, and above Redis's clock in ms: so that they grow also where Redis has begun empty,
 * or has lost its last writes in a fail-over.
 *
 * After a time in which no node could be heard, or where Redis has lost something, the directory settles for a lease: those
 * that had zones put them back, with the tokens that they had, and nobody takes one that is new to them. Else whoever
 * waited for a zone could take it from a camera that films it.
 */

/** The names of keys. */
export const keys = {
  lease: (zone: string) => `surveillance:lease:${zone}`,
  leases: 'surveillance:leases',
  node: (name: string) => `surveillance:node:${name}`,
  nodes: 'surveillance:nodes',
  token: 'surveillance:token',
  /** There while any node was heard a moment ago. */
  pulse: 'surveillance:pulse',
  /** There while the directory settles. */
  settling: 'surveillance:settling',
  attempts: (name: string) => `surveillance:attempts:${name}`,
} as const;

/** A lease is `TOKEN NODE BOOT`. */
const helpers = `
local function read(value)
  if not value then return nil end
  local token, node, boot = string.match(value, '^(%d+) (%S+) (%S+)$')
  return { token = tonumber(token), node = node, boot = boot }
end
local function raise(key, floor)
  local last = tonumber(redis.call('GET', key) or '0')
  if floor > last then
    redis.call('SET', key, string.format('%.0f', floor))
    return floor
  end
  return last
end
`;

/**
 * Takes a zone, unless another node has it: that keeps it, even where its token is the lower one, since it may have been
 * given by a Redis that had lost the higher one; but not against whoever has a higher one still (`mine`).
 * KEYS lease, leases, token, nodes, pulse, settling; ARGV zone, node, boot, lease ms, floor, mine.
 * Answers {1, token}, {0, lease of the other}, or {2} while the directory settles. It does so also before the first node is
 * heard again: what Redis reads when it goes on after it hung was asked long ago.
 */
const claim = `${helpers}
local held = redis.call('GET', KEYS[1])
local lease = read(held)
local mine = tonumber(ARGV[6])
local time = redis.call('TIME')
if lease and lease.boot ~= ARGV[3] and lease.token > mine then return { 0, held } end
local settling = redis.call('GET', KEYS[6])
  or (not redis.call('GET', KEYS[5]) and #redis.call('SMEMBERS', KEYS[4]) > 0)
local token
if lease and lease.boot == ARGV[3] then
  token = lease.token
elseif settling and mine == 0 then
  return { 2 }
elseif settling then
  token = mine
  raise(KEYS[3], token)
else
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  token = raise(KEYS[3], math.max(now, tonumber(ARGV[5]), mine)) + 1
  redis.call('SET', KEYS[3], string.format('%.0f', token))
end
redis.call('SET', KEYS[1], string.format('%.0f', token) .. ' ' .. ARGV[2] .. ' ' .. ARGV[3], 'PX', ARGV[4])
redis.call('SADD', KEYS[2], ARGV[1])
return { 1, token }
`;

/**
 * Renews leases that whoever asks has still by its own clock; one that Redis has lost is put back. Of two the one with the
 * higher token stays.
 * KEYS leases, then one for each lease; ARGV node, boot, lease ms, then zone and token for each lease.
 * Answers '' for each that is renewed, or the lease of the other.
 */
const renew = `${helpers}
local answers = {}
for i = 2, #KEYS do
  local zone, token = ARGV[i * 2], tonumber(ARGV[i * 2 + 1])
  local held = redis.call('GET', KEYS[i])
  local lease = read(held)
  if lease and lease.boot ~= ARGV[2] and lease.token >= token then
    answers[i - 1] = held
  else
    if lease and lease.boot == ARGV[2] then token = math.max(token, lease.token) end
    redis.call('SET', KEYS[i], string.format('%.0f', token) .. ' ' .. ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[3])
    redis.call('SADD', KEYS[1], zone)
    answers[i - 1] = ''
  end
end
return answers
`;

/** Gives a lease back, if it is still the same one. KEYS lease, leases; ARGV zone, boot, token. */
const release = `${helpers}
local lease = read(redis.call('GET', KEYS[1]))
if not lease or lease.boot ~= ARGV[2] or lease.token ~= tonumber(ARGV[3]) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('SREM', KEYS[2], ARGV[1])
return 1
`;

/**
 * Says that a node lives, and how high tokens have come. One that has heard of none has just begun, and cannot know whether
 * anything was lost.
 * KEYS node, nodes, token, pulse, settling; ARGV name, boot, lease ms, record, floor, pulse ms.
 * Answers {1, last token}, or {0, record of another node of this name}.
 */
const beat = `${helpers}
local before = redis.call('GET', KEYS[1])
if before and cjson.decode(before).boot ~= ARGV[2] then return { 0, before } end
redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[3])
redis.call('SADD', KEYS[2], ARGV[1])
local floor = tonumber(ARGV[5])
local last = tonumber(redis.call('GET', KEYS[3]) or '0')
if floor > 0 and (floor > last or not redis.call('GET', KEYS[4])) then
  redis.call('SET', KEYS[5], '1', 'PX', ARGV[3])
end
redis.call('SET', KEYS[4], '1', 'PX', ARGV[6])
return { 1, raise(KEYS[3], floor) }
`;

/** Says that a node goes. KEYS node, nodes; ARGV name, boot. */
const leave = `
local before = redis.call('GET', KEYS[1])
if not before or cjson.decode(before).boot ~= ARGV[2] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('SREM', KEYS[2], ARGV[1])
return 1
`;

/**
 * All that live, of leases or of nodes. KEYS set of names; ARGV what comes before a name in its key.
 * Answers name, value, name, value, …
 */
const list = `
local answer = {}
for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local value = redis.call('GET', ARGV[1] .. name)
  if value then
    answer[#answer + 1] = name
    answer[#answer + 1] = value
  else
    redis.call('SREM', KEYS[1], name)
  end
end
return answer
`;

/** What `list` answers, as pairs. */
export function namedValues(answer: unknown): [name: string, value: string][] {
  const all = answer as string[];
  return Array.from({ length: all.length / 2 }, (_, at) => [
    all[2 * at] ?? '',
    all[2 * at + 1] ?? '',
  ]);
}

/**
 * What has failed under one name, and attempts that are under way: JSON {failed: {thing: 1}, until: ms, running: {id: ms}}.
 * The time is Redis's, as the nodes' clocks may differ. An attempt whose node has died is forgotten after a while.
 */
const attempts = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local function count(all)
  local number = 0
  for _ in pairs(all) do number = number + 1 end
  return number
end
local function read(key)
  local value = redis.call('GET', key)
  local state = value and cjson.decode(value) or { failed = {}, ['until'] = 0, running = {} }
  if state['until'] <= now then state.failed = {} end
  for id, ends in pairs(state.running) do
    if ends <= now then state.running[id] = nil end
  end
  return state
end
local function keep(key, state)
  local last = count(state.failed) > 0 and state['until'] or 0
  for _, ends in pairs(state.running) do last = math.max(last, ends) end
  if last <= now then
    redis.call('DEL', key)
  else
    redis.call('SET', key, cjson.encode(state), 'PX', string.format('%.0f', last - now))
  end
end
`;

/**
 * Begins an attempt where fewer have failed, and are under way, than may fail.
 * KEYS attempts; ARGV id, most, ms until it is forgotten.
 * Answers {'begun'}, {'wait'} while others are under way, or {'spent', ms until failures are forgotten}.
 */
const beginAttempt = `${attempts}
local state = read(KEYS[1])
local left = tonumber(ARGV[2]) - count(state.failed)
if left <= 0 then return { 'spent', state['until'] - now } end
if count(state.running) >= left then return { 'wait' } end
state.running[ARGV[1]] = now + tonumber(ARGV[3])
keep(KEYS[1], state)
return { 'begun' }
`;

/** Ends an attempt. KEYS attempts; ARGV id, outcome (failed, right or neither), thing, period ms. */
const endAttempt = `${attempts}
local state = read(KEYS[1])
state.running[ARGV[1]] = nil
if ARGV[2] == 'failed' then
  if count(state.failed) == 0 then state['until'] = now + tonumber(ARGV[4]) end
  state.failed[ARGV[3]] = 1
elseif ARGV[2] == 'right' then
  state.failed[ARGV[3]] = nil
end
keep(KEYS[1], state)
return 1
`;

/** KEYS of leases. Answers the value of each, or nil. */
const read = `
return redis.call('MGET', unpack(KEYS))
`;

export const scripts = {
  ...{ claim, renew, release, read, beat, leave, list },
  ...{ beginAttempt, endAttempt },
} as const;
export type ScriptName = keyof typeof scripts;

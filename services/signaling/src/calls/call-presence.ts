import { CALL_TIMES } from '@secureconnect/contracts/call-states';
import { CallDevice, type CallMember } from '@secureconnect/contracts/call-signals';
import { CallId, type ConversationId } from '@secureconnect/contracts/ids';
import type { RedisLink } from '@secureconnect/platform/redis-io/redis-link';

/** How many may be in a call; `pair`: one device of each of two users. */
export interface Room {
  readonly cap: number;
  readonly pair: boolean;
}
export interface CallInRedis {
  readonly callId: CallId;
  readonly members: readonly CallMember[];
}
/** `entered`: it was not in before. `underway`: it is not in, because of another call. */
export type Entering =
  ({ readonly outcome: 'entered' | 'in' | 'underway' } & CallInRedis) | { readonly outcome: 'full' };

/** Redis does not answer: who is in a call cannot be said. */
export class PresenceAway extends Error {
  override readonly name = 'PresenceAway';
}

/** A hash for each call: "user device" -> "joinedAtMs aliveAtMs". Everything here may be lost: devices that are in a call say so again. */
const PRELUDE = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local aliveFor = tonumber(ARGV[1])
local function keyOf(callId) return 'call:members:' .. callId end
local function standing(callId)
  local entries = redis.call('HGETALL', keyOf(callId))
  local kept = {}
  for i = 1, #entries, 2 do
    local alive = tonumber(string.match(entries[i + 1], ' (%d+)$'))
    if now - alive > aliveFor then redis.call('HDEL', keyOf(callId), entries[i])
    else kept[#kept + 1] = entries[i] .. ' ' .. string.match(entries[i + 1], '^(%d+)') end
  end
  return kept
end
local function answer(outcome, callId)
  local list = standing(callId)
  table.insert(list, 1, callId)
  table.insert(list, 1, outcome)
  return list
end`;

/** KEYS: of the conversation; ARGV: aliveFor, call, member, cap, pair, begins */
const ENTER = `${PRELUDE}
local callId, member, key = ARGV[2], ARGV[3], keyOf(ARGV[2])
local current = redis.call('GET', KEYS[1])
if ARGV[6] == '1' and current and current ~= callId and #standing(current) > 0 then return answer('underway', current) end
local joined, outcome = now, 'entered'
local known = redis.call('HGET', key, member)
local others = standing(callId)
if known and redis.call('HEXISTS', key, member) == 1 then
  joined, outcome = string.match(known, '^(%d+)'), 'in'
else
  if #others >= tonumber(ARGV[4]) then return { 'full' } end
  if ARGV[5] == '1' then
    for _, other in ipairs(others) do
      if string.sub(other, 1, 32) == string.sub(member, 1, 32) then return { 'full' } end
    end
  end
end
redis.call('HSET', key, member, joined .. ' ' .. now)
redis.call('PEXPIRE', key, aliveFor)
redis.call('SET', KEYS[1], callId, 'PX', aliveFor)
return answer(outcome, callId)`;

/** ARGV: aliveFor, call, member */
const EXIT = `${PRELUDE}
local was = redis.call('HDEL', keyOf(ARGV[2]), ARGV[3]) == 1 and 'was' or 'was-not'
return answer(was, ARGV[2])`;

/** ARGV: aliveFor, call */
const FORGET = `${PRELUDE}
redis.call('DEL', keyOf(ARGV[2]))
if redis.call('GET', KEYS[1]) == ARGV[2] then redis.call('DEL', KEYS[1]) end
return {}`;

/** ARGV: aliveFor */
const FIND = `${PRELUDE}
local current = redis.call('GET', KEYS[1])
if not current then return {} end
return answer('in', current)`;

/**
 * Which devices are in which call, in Redis and with a lifetime: any replica answers for all, and a replica that is killed takes nothing
 * with it. @throws PresenceAway from everything here while Redis is away
 */
export class CallPresence {
  constructor(
    private readonly redis: RedisLink,
    private readonly aliveForMs: number = CALL_TIMES.aliveForMs,
  ) {}

  /** Puts a device into a call, or says again that it is there. `begins`: not if another call goes on in the conversation. */
  async enter(
    call: { readonly callId: CallId; readonly conversationId: ConversationId },
    device: CallDevice,
    room: Room,
    begins: boolean,
  ): Promise<Entering> {
    const [outcome, callId, ...members] = await this.#run(
      ENTER,
      call.conversationId,
      call.callId,
      nameOf(device),
      String(room.cap),
      room.pair ? '1' : '0',
      begins ? '1' : '0',
    );
    if (outcome === 'full') return { outcome };
    return {
      outcome: outcome as 'entered' | 'in' | 'underway',
      callId: CallId.parse(callId),
      members: readMembers(members),
    };
  }

  /** Takes a device out. @returns whether it was in, and who is left */
  async exit(
    call: { readonly callId: CallId; readonly conversationId: ConversationId },
    device: CallDevice,
  ): Promise<{ readonly wasIn: boolean; readonly members: readonly CallMember[] }> {
    const [was, , ...members] = await this.#run(EXIT, call.conversationId, call.callId, nameOf(device));
    return { wasIn: was === 'was', members: readMembers(members) };
  }

  async forget(call: { readonly callId: CallId; readonly conversationId: ConversationId }): Promise<void> {
    await this.#run(FORGET, call.conversationId, call.callId);
  }

  /** The call of a conversation with somebody in it. */
  async find(conversationId: ConversationId): Promise<CallInRedis | null> {
    const [, callId, ...members] = await this.#run(FIND, conversationId);
    if (callId === undefined || members.length === 0) return null;
    return { callId: CallId.parse(callId), members: readMembers(members) };
  }

  async #run(script: string, conversationId: ConversationId, ...given: string[]): Promise<string[]> {
    try {
      const key = `call:of:${conversationId}`;
      return (await this.redis.commands.eval(script, 1, key, String(this.aliveForMs), ...given)) as string[];
    } catch {
      throw new PresenceAway();
    }
  }
}

function nameOf({ userId, deviceId }: CallDevice): string {
  return `${userId} ${deviceId}`;
}

/** Who came first is first. */
function readMembers(texts: readonly string[]): readonly CallMember[] {
  const members = texts.map(readMember);
  return members.toSorted(
    (left, right) => left.joinedAtMs - right.joinedAtMs || (nameOf(left) < nameOf(right) ? -1 : 1),
  );
}

function readMember(text: string): CallMember {
  const [userId, deviceId, joinedAtMs] = text.split(' ');
  return { ...CallDevice.parse({ userId, deviceId }), joinedAtMs: Number(joinedAtMs) };
}

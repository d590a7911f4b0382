import { SessionId, UserId, DeviceId } from '@secureconnect/contracts/ids';
import type { InternalHttp } from '../src/internal-http/internal-http.js';
import { PeerUnavailable } from '../src/internal-http/peer-errors.js';
import { SessionCheck } from '../src/redis-io/session-check.js';
import type { CallerIdentity } from '../src/tokens/caller.js';

const session = (count: number) => SessionId.parse(count.toString(16).padStart(32, '0'));

function callerOf(sessionId: SessionId, deviceId: string | null = 'd'.repeat(32)): CallerIdentity {
  return {
    userId: UserId.parse('a'.repeat(32)),
    sessionId,
    deviceId: deviceId === null ? null : DeviceId.parse(deviceId),
    role: 'user',
    expiresAtMs: 0,
  };
}

describe('the check of sessions at the handshake', () => {
  let standing: Set<string> | 'away';
  let asked: string[][];
  let check: SessionCheck;

  beforeEach(() => {
    standing = new Set([session(1)]);
    asked = [];
    check = new SessionCheck({
      call: ({ body }: { body: { sessionIds: string[] } }) => {
        asked.push(body.sessionIds);
        if (standing === 'away') return Promise.reject(new PeerUnavailable('auth', '/', 'unreachable'));
        const known = standing;
        return Promise.resolve({ standing: body.sessionIds.filter((id) => known.has(id)) });
      },
    } as unknown as InternalHttp);
  });

  it('lets a standing session in, and no ended one', async () => {
    expect(await check.refuse(callerOf(session(1)))).toBeNull();
    expect(await check.refuse(callerOf(session(2)))).toBe('session-ended');
  });

  it('lets no session in that is bound to no device, and asks nobody about it', async () => {
    expect(await check.refuse(callerOf(session(1), null))).toBe('device-unbound');
    expect(asked).toEqual([]);
  });

  it('notices at once that a session ended: it does not believe an older answer', async () => {
    expect(await check.refuse(callerOf(session(1)))).toBeNull();
    standing = new Set();
    expect(await check.refuse(callerOf(session(1)))).toBe('session-ended');
  });

  it('asks about an ended session once', async () => {
    for (let attempt = 0; attempt < 5; attempt++) await check.refuse(callerOf(session(2)));
    expect(asked).toHaveLength(1);
  });

  it('asks about many in one question', async () => {
    standing = new Set(Array.from({ length: 300 }, (_, index) => session(index)));
    const callers = Array.from({ length: 400 }, (_, index) => callerOf(session(index)));
    const refused = await Promise.all(callers.map((caller) => check.refuse(caller)));
    expect(refused.filter((code) => code === null)).toHaveLength(300);
    expect(asked).toHaveLength(1);
  });

  it('asks about a thousand at a time, and forgets nobody', async () => {
    standing = new Set([session(2_050)]);
    const callers = Array.from({ length: 2_100 }, (_, index) => callerOf(session(index)));
    const refused = await Promise.all(callers.map((caller) => check.refuse(caller)));
    expect(refused.filter((code) => code === null)).toHaveLength(1);
    expect(asked.map((ids) => ids.length).sort()).toEqual([100, 1_000, 1_000].sort());
  });

  it('lets valid tokens in while auth is away, and remembers nothing of it', async () => {
    standing = 'away';
    expect(await check.refuse(callerOf(session(2)))).toBeNull();
    standing = new Set();
    expect(await check.refuse(callerOf(session(2)))).toBe('session-ended');
  });

  it('tells the ended among standing sockets’ sessions, a thousand in a question', async () => {
    standing = new Set([session(1), session(2_050)]);
    const sessionIds = Array.from({ length: 2_100 }, (_, index) => session(index));
    const ended = await check.endedAmong(sessionIds);
    expect(ended.size).toBe(2_098);
    expect(ended.has(session(1))).toBe(false);
    expect(asked.map((ids) => ids.length)).toEqual([1_000, 1_000, 100]);
    // And none of them is let in again.
    expect(await check.refuse(callerOf(session(2)))).toBe('session-ended');
    expect(asked).toHaveLength(3);
  });

  it('takes nobody for ended while auth is away', async () => {
    standing = 'away';
    expect(await check.endedAmong([session(1), session(2)])).toEqual(new Set());
  });
});

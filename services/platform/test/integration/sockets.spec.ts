import { SessionId } from '@secureconnect/contracts/ids';
import { io, type Socket } from 'socket.io-client';
import { startService, type RunningService } from '../../src/bootstrap/run-service.js';
import { Shutdown } from '../../src/bootstrap/shutdown.js';
import { RedisLink } from '../../src/redis-io/redis-link.js';
import { RedisServer } from '../../src/testing/redis-server.js';
import { serviceEnvironment, TEST_ORIGIN } from '../../src/testing/service-environment.js';
import { temporaryFolder } from '../../src/testing/temporary-folder.js';
import { TestSecrets, type TestClaims } from '../../src/testing/test-secrets.js';
import { BANNED_USER, ENDED_SESSIONS, notesService } from './notes-service.js';

jest.setTimeout(60_000);

const ALICE = 'a'.repeat(32);
const BOB = '0b'.repeat(16);

interface Connecting {
  claims?: TestClaims;
  headers?: Record<string, string>;
  auth?: Record<string, unknown>;
  transports?: ('websocket' | 'polling')[];
}

describe('sockets on two replicas', () => {
  const folder = temporaryFolder();
  const secrets = new TestSecrets();
  const open: Socket[] = [];
  let redis: RedisServer;
  let first: RunningService;
  let second: RunningService;

  beforeAll(async () => {
    redis = await RedisServer.start();
    const environment = (replicaId: string) =>
      serviceEnvironment({ storeFile: folder.file('notes.db'), redisUrl: redis.url, secrets, replicaId });
    first = await startService(notesService, environment('notes-1'));
    second = await startService(notesService, environment('notes-2'));
  });

  afterEach(() => {
    for (const socket of open.splice(0)) socket.disconnect();
  });

  afterAll(async () => {
    await Promise.all([first.stop(), second.stop()]);
    // A long-polling client gives up only when its last poll fails.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await redis.stop();
    secrets.remove();
    folder.remove();
  });

  async function connect(service: RunningService, userId: string, given: Connecting = {}): Promise<Socket> {
    const token = await secrets.accessToken({ userId, ...given.claims });
    const socket = io(service.publicUrl, {
      path: '/socket/notes',
      transports: given.transports ?? ['websocket'],
      auth: given.auth ?? { v: 1 },
      extraHeaders: { origin: TEST_ORIGIN, cookie: `sc-access=${token}`, ...given.headers },
      reconnection: false,
      forceNew: true,
    });
    open.push(socket);
    return socket;
  }

  async function welcomed(service: RunningService, userId: string, given: Connecting = {}): Promise<Socket> {
    const socket = await connect(service, userId, given);
    await heard(socket, 'welcome');
    return socket;
  }

  function heard<T>(socket: Socket, event: string, withinMs = 10_000): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`no ${event} within ${String(withinMs)} ms`));
      }, withinMs);
      socket.once(event, (value: T) => {
        clearTimeout(timer);
        resolve(value);
      });
    });
  }

  const refused = (socket: Socket) => heard<Error & { data?: { code?: string } }>(socket, 'connect_error');

  it.each([['websocket' as const], ['polling' as const]])(
    'lets a caller in over %s and knows who it is',
    async (transport) => {
      const socket = await connect(first, ALICE, { transports: [transport] });
      expect(await heard(socket, 'welcome')).toEqual({ userId: ALICE });
    },
  );

  it.each<[string, string, Connecting]>([
    ['unauthenticated', 'without a cookie', { headers: { cookie: '' } }],
    ['unauthenticated', 'with a forged token', { headers: { cookie: 'sc-access=e30.e30.e30' } }],
    ['unauthenticated', 'with an expired token', { claims: { userId: ALICE, lifetimeSeconds: -5 } }],
    ['protocol-version', 'of another protocol version', { auth: { v: 2 } }],
    ['invalid-request', 'without a version', { auth: {} }],
    ['invalid-request', 'with more than a version', { auth: { v: 1, userId: BOB } }],
  ])('answers %s to a handshake %s', async (code, _, given) => {
    expect(await refused(await connect(first, ALICE, given))).toMatchObject({ data: { ok: false, code } });
  });

  it('answers with the code of the service’s own check', async () => {
    expect(await refused(await connect(first, BANNED_USER))).toMatchObject({ data: { code: 'account-banned' } });
  });

  it.each(['https://mallory.example', '', 'null'])(
    '[T-114] does not even upgrade for the origin %p',
    async (origin) => {
      for (const transports of [['websocket' as const], ['polling' as const]]) {
        const error = await refused(await connect(first, ALICE, { headers: { origin }, transports }));
        expect(error.data).toBeUndefined();
      }
    },
  );

  it('takes a poll without origin only from a same-origin page', async () => {
    const ask = async (headers: Record<string, string>) =>
      (await fetch(`${first.publicUrl}/socket/notes/?EIO=4&transport=polling`, { headers })).status;
    expect(await ask({})).toBe(403);
    expect(await ask({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await ask({ 'sec-fetch-site': 'same-origin' })).toBe(200);
  });

  it('carries binary frames to the other replica and back', async () => {
    const alice = await welcomed(first, ALICE);
    const bob = await welcomed(second, BOB);
    const arrived = heard<{ from: string; bytes: Buffer }>(bob, 'note:arrived');
    const outcome: unknown = await alice.emitWithAck('note:send', { toUserId: BOB, bytes: Buffer.alloc(1_000, 7) });
    expect(outcome).toEqual({ ok: true, length: 1_000 });
    expect(await arrived).toEqual({ from: ALICE, bytes: Buffer.alloc(1_000, 7) });
  });

  it.each<[string, unknown, object]>([
    ['a refusal', { toUserId: BOB, bytes: Buffer.alloc(0) }, { ok: false, code: 'envelope-refused' }],
    ['a violation', { toUserId: BOB, bytes: Buffer.alloc(1) }, { ok: false, code: 'not-a-member' }],
    ['a bug', { toUserId: BOB, bytes: Buffer.alloc(2) }, { ok: false, code: 'internal' }],
    ['a missing field', { toUserId: BOB }, { ok: false, code: 'invalid-request', fields: ['bytes'] }],
    ['a wrong type', { toUserId: BOB, bytes: 'text' }, { ok: false, code: 'invalid-request', fields: ['bytes'] }],
    [
      'a field too long',
      { toUserId: 'x'.repeat(33), bytes: Buffer.alloc(5) },
      { ok: false, code: 'invalid-request', fields: ['toUserId'] },
    ],
    [
      'an unknown field',
      { toUserId: BOB, bytes: Buffer.alloc(5), admin: true },
      { ok: false, code: 'invalid-request' },
    ],
    [
      '__proto__',
      JSON.parse('{"toUserId":"x","__proto__":{"ok":true}}'),
      { ok: false, code: 'invalid-request', fields: ['bytes'] },
    ],
    ['a text', 'text', { ok: false, code: 'invalid-request' }],
    ['null', null, { ok: false, code: 'invalid-request' }],
    ['a list', [], { ok: false, code: 'invalid-request' }],
  ])('acknowledges %s with an outcome', async (_, body, outcome) => {
    const alice = await welcomed(first, ALICE);
    expect(await alice.timeout(10_000).emitWithAck('note:send', body)).toEqual(outcome);
    expect(await alice.timeout(10_000).emitWithAck('note:send', { toUserId: ALICE, bytes: Buffer.alloc(9) })).toEqual({
      ok: true,
      length: 9,
    });
  });

  it('acknowledges a command with no or several bodies with invalid-request', async () => {
    const alice = await welcomed(first, ALICE);
    expect(await alice.timeout(10_000).emitWithAck('note:send')).toMatchObject({ code: 'invalid-request' });
    expect(await alice.timeout(10_000).emitWithAck('note:send', { toUserId: BOB }, 2, 3)).toMatchObject({
      code: 'invalid-request',
    });
    alice.emit('note:send', 'no acknowledgement asked');
    alice.emit('unheard-of', {});
    expect(
      await alice.timeout(10_000).emitWithAck('note:send', { toUserId: ALICE, bytes: Buffer.alloc(9) }),
    ).toMatchObject({ ok: true });
  });

  it('cuts a socket that sends a frame over the limit, and only that one', async () => {
    const alice = await welcomed(first, ALICE);
    const bob = await welcomed(first, BOB);
    const gone = heard(alice, 'disconnect');
    alice.emit('note:send', { toUserId: BOB, bytes: Buffer.alloc(2_000_000) });
    await gone;
    expect(await bob.timeout(10_000).emitWithAck('note:send', { toUserId: BOB, bytes: Buffer.alloc(9) })).toMatchObject(
      {
        ok: true,
      },
    );
  });

  it('ends a socket when its token ends, and says so', async () => {
    const alice = await welcomed(first, ALICE, { claims: { userId: ALICE, lifetimeSeconds: 2 } });
    const gone = heard(alice, 'disconnect');
    expect(await heard(alice, 'session:ended')).toEqual({ reason: 'token-expired' });
    await gone;
  });

  it('ends the sockets that a session hint names, on every replica, and no others', async () => {
    const sessionId = '5'.repeat(32);
    const here = await welcomed(first, ALICE, { claims: { userId: ALICE, sessionId } });
    const there = await welcomed(second, ALICE, { claims: { userId: ALICE, sessionId } });
    const other = await welcomed(second, ALICE);
    const ends = [heard(here, 'session:ended'), heard(there, 'session:ended')];
    const link = first.app.get(RedisLink);
    link.publish('session:ended', 'not JSON');
    link.publish('session:ended', JSON.stringify({ userId: BOB, sessionId, deviceId: null, reason: 'logged-out' }));
    link.publish('session:ended', JSON.stringify({ userId: ALICE, sessionId, deviceId: null, reason: 'logged-out' }));
    expect(await Promise.all(ends)).toEqual([{ reason: 'logged-out' }, { reason: 'logged-out' }]);
    expect(
      await other.timeout(10_000).emitWithAck('note:send', { toUserId: BOB, bytes: Buffer.alloc(9) }),
    ).toMatchObject({ ok: true });
  });

  it('ends the sockets of a session that ended without a hint, and no others', async () => {
    const sessionId = SessionId.parse('6'.repeat(32));
    const ending = await welcomed(first, ALICE, { claims: { userId: ALICE, sessionId } });
    const other = await welcomed(first, ALICE);
    const gone = heard(ending, 'disconnect');
    const end = heard(ending, 'session:ended');
    ENDED_SESSIONS.add(sessionId);
    expect(await end).toEqual({ reason: 'logged-out' });
    await gone;
    expect(
      await other.timeout(10_000).emitWithAck('note:send', { toUserId: BOB, bytes: Buffer.alloc(9) }),
    ).toMatchObject({ ok: true });
  });

  it('serves local sockets while Redis is away, hints when it is back, and then carries across again', async () => {
    const alice = await welcomed(first, ALICE);
    const bobHere = await welcomed(first, BOB);
    const bobThere = await welcomed(second, BOB);
    await redis.pause();
    try {
      for (let note = 0; note < 20; note++) {
        const arrived = heard(bobHere, 'note:arrived');
        const began = performance.now();
        expect(
          await alice.timeout(500).emitWithAck('note:send', { toUserId: BOB, bytes: Buffer.alloc(50, note) }),
        ).toMatchObject({ ok: true });
        await arrived;
        expect(performance.now() - began).toBeLessThan(250);
      }
      // Someone who connects now is let in, too.
      await welcomed(second, ALICE);
    } finally {
      const hints = [heard(alice, 'sync:hint', 20_000), heard(bobThere, 'sync:hint', 20_000)];
      await redis.resume();
      await Promise.all(hints);
    }
    const arrived = heard(bobThere, 'note:arrived');
    await alice.emitWithAck('note:send', { toUserId: BOB, bytes: Buffer.alloc(50) });
    await arrived;
  });

  it('does not wait for a Redis that hangs before it tells local sockets', async () => {
    const alice = await welcomed(first, ALICE);
    const bob = await welcomed(first, BOB);
    redis.freeze();
    try {
      for (let note = 0; note < 5; note++) {
        const arrived = heard(bob, 'note:arrived');
        const began = performance.now();
        await alice.timeout(1_000).emitWithAck('note:send', { toUserId: BOB, bytes: Buffer.alloc(50, note) });
        await arrived;
        expect(performance.now() - began).toBeLessThan(500);
      }
    } finally {
      redis.thaw();
    }
  });

  it('answers a command that was begun before it stops, and takes no other', async () => {
    const third = await startService(
      notesService,
      serviceEnvironment({ storeFile: folder.file('notes.db'), redisUrl: redis.url, secrets, replicaId: 'notes-3' }),
    );
    const alice = await welcomed(third, ALICE);
    const begun = alice.timeout(10_000).emitWithAck('note:think');
    await new Promise((resolve) => setTimeout(resolve, 100));
    third.app.get(Shutdown).onDrain('thoughts', () => begun);
    const stopped = third.stop();
    const late = alice.timeout(10_000).emitWithAck('note:send', { toUserId: BOB, bytes: Buffer.alloc(9) });
    expect(await late).toEqual({ ok: false, code: 'unavailable', retryAfterSeconds: 1 });
    expect(await begun).toEqual({ ok: true, thought: true });
    await stopped;
  });

  it('says shutdown to its sockets when it stops, within seconds', async () => {
    const environment = serviceEnvironment({
      storeFile: folder.file('notes.db'),
      redisUrl: redis.url,
      secrets,
      replicaId: 'notes-3',
    });
    const third = await startService(notesService, environment);
    const sockets = [await welcomed(third, ALICE), await welcomed(third, BOB, { transports: ['polling'] })];
    const ends = sockets.map((socket) => heard(socket, 'session:ended'));
    // A poll must be on its way: between two polls there is nobody to tell.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const began = performance.now();
    await third.stop();
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await Promise.all(ends)).toEqual([{ reason: 'shutdown' }, { reason: 'shutdown' }]);
    await expect(fetch(`${third.publicUrl}/api/notes/hello`)).rejects.toThrow();
  });
});

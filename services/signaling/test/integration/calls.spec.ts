import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CallChanged } from '@secureconnect/contracts/calls';
import type { CallId, UserId } from '@secureconnect/contracts/ids';
import { AbandonedCalls, UNANSWERED_MAX_MS } from '@secureconnect/signaling/calls/abandoned-calls';
import type { Socket } from 'socket.io-client';
import { ALICE, ALICE_LAPTOP, ALICE_PHONE, BOB, BOB_LAPTOP, BOB_PHONE, MALLORY, MALLORY_LAPTOP } from '../people.js';
import { ask, CROWD, deviceOf, DIRECT, eventually, GROUP, newCall } from './calls-world.js';
import { heard, SignalingWorld } from './signaling-world.js';

const TURN_SECRET = 'not a secret: for this test';
const TURN_URLS = 'turn:relay.example:3478?transport=udp,turns:relay.example:5349';

describe('calls over two replicas', () => {
  let world: SignalingWorld;
  let alice: Socket;
  let bob: Socket;

  beforeAll(async () => {
    world = await SignalingWorld.open({}, (secrets) => {
      writeFileSync(join(secrets.folder, 'turn.secret'), TURN_SECRET);
      return {
        TURN_URLS,
        STUN_URLS: 'stun:relay.example:3478',
        CALL_BURST: '1000',
        CALL_COMMAND_BURST: '1000',
        ABANDONED_INTERVAL_MS: '3600000',
      };
    });
    world.members.set(DIRECT, [ALICE, BOB]);
    world.members.set(GROUP, CROWD);
  });

  beforeEach(async () => {
    alice = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
    bob = await world.welcomed(world.second, BOB, BOB_LAPTOP);
  });

  afterEach(async () => {
    world.credits.isAway = false;
    world.credits.available = 1_000;
    world.disconnectAll();
    await world.clearCalls();
  });

  afterAll(async () => {
    await world.close();
  });

  const start = (socket: Socket, callId: CallId, conversationId = DIRECT) =>
    ask(socket, 'call:start', { callId, conversationId });
  const of = (callId: CallId, conversationId = DIRECT) => ({ callId, conversationId });
  const settledOf = (callId: CallId) =>
    world.credits.settled.filter(({ key }) => key === callId).map(({ move }) => move);
  const settlement = (callId: CallId) =>
    eventually(
      () => settledOf(callId),
      (moves) => moves.length > 0,
    );

  describe('of two', () => {
    it('begin, are joined from another replica, connect and end; the price is paid once', async () => {
      const callId = newCall();
      expect(await start(alice, callId)).toEqual({ ok: true, outcome: 'started', price: 5 });
      const told = heard(alice, 'call:changed');
      const joined = await ask(bob, 'call:join', of(callId));
      expect(joined).toMatchObject({ ok: true, members: [{ userId: ALICE }, { userId: BOB }] });
      expect(CallChanged.parse(await told)).toEqual({ ...of(callId), members: joined.members });
      expect(world.credits.held.get(callId)).toBe(5);
      for (const socket of [alice, bob, alice])
        expect(await ask(socket, 'call:connected', of(callId))).toEqual({ ok: true });
      expect(await settlement(callId)).toEqual(['capture']);
      expect(await ask(bob, 'call:leave', { ...of(callId), end: 'hung-up' })).toEqual({ ok: true });
      expect(await ask(alice, 'call:leave', { ...of(callId), end: 'hung-up' })).toEqual({ ok: true });
      expect(await ask(alice, 'call:connected', of(callId))).toMatchObject({ ok: false, code: 'call-unknown' });
      const next = newCall();
      await start(alice, next);
      await ask(alice, 'call:leave', { ...of(next), end: 'cancelled' });
      expect(await settlement(next)).toEqual(['release']);
      expect(settledOf(callId)).toEqual(['capture']);
    });

    it('cost nothing when nobody was heard, and what is over stays over', async () => {
      const callId = newCall();
      await start(alice, callId);
      await ask(alice, 'call:leave', { ...of(callId), end: 'no-answer' });
      expect(await settlement(callId)).toEqual(['release']);
      expect(world.credits.available).toBe(1_000);
      for (const command of ['call:join', 'call:connected', 'call:alive', 'turn:credentials'] as const) {
        expect(await ask(bob, command, of(callId))).toMatchObject({ ok: false, code: 'call-unknown' });
      }
      expect(await ask(bob, 'call:find', { conversationId: DIRECT })).toEqual({ ok: true, call: null });
    });

    it('begin once, however often that is asked', async () => {
      const callId = newCall();
      const before = world.credits.holdsAsked;
      for (let repeat = 0; repeat < 3; repeat++)
        expect(await start(alice, callId)).toMatchObject({ outcome: 'started' });
      expect(world.credits.holdsAsked).toBe(before + 1);
    });

    it('are one call when both call at once', async () => {
      const [first, second] = [newCall(), newCall()];
      const outcomes = await Promise.all([start(alice, first), start(bob, second)]);
      const started = outcomes.filter(({ outcome }) => outcome === 'started');
      const underway = outcomes.filter(({ outcome }) => outcome === 'underway');
      expect([started.length, underway.length]).toEqual([1, 1]);
      const winner = outcomes[0] === started[0] ? first : second;
      expect(underway[0]!.callId).toBe(winner);
      await eventually(
        () => [...world.credits.held.keys()].filter((key) => key === first || key === second),
        (held) => held.length === 1 && held[0] === winner,
      );
    });

    it('have one device of each: the second that accepts is refused, and ends nothing', async () => {
      const callId = newCall();
      await start(alice, callId);
      await ask(bob, 'call:join', of(callId));
      const phone = await world.welcomed(world.first, BOB, BOB_PHONE);
      expect(await ask(phone, 'call:join', of(callId))).toMatchObject({ ok: false, code: 'call-full' });
      expect(await ask(phone, 'call:leave', { ...of(callId), end: 'answered-elsewhere' })).toEqual({ ok: true });
      expect(await ask(alice, 'call:alive', of(callId))).toMatchObject({
        members: [{ userId: ALICE }, { userId: BOB }],
      });
    });

    it('make room for the next of the same device, and not for one of another', async () => {
      const [first, second] = [newCall(), newCall()];
      await start(alice, first);
      const phone = await world.welcomed(world.second, ALICE, ALICE_PHONE);
      expect(await start(phone, newCall())).toMatchObject({ outcome: 'underway', callId: first });
      expect(await start(alice, second)).toMatchObject({ outcome: 'started' });
      expect(await settlement(first)).toEqual(['release']);
    });
  });

  describe('of a group', () => {
    const join = async (userId: UserId, index: number, callId: CallId) => {
      const socket = await world.welcomed(index % 2 === 0 ? world.first : world.second, userId, deviceOf(userId));
      return { socket, outcome: await ask(socket, 'call:join', of(callId, GROUP)) };
    };

    it('have eight, refuse the ninth, and let it in when somebody went', async () => {
      const callId = newCall();
      const host = await world.welcomed(world.first, CROWD[0]!, deviceOf(CROWD[0]!));
      await start(host, callId, GROUP);
      const others = [];
      for (let index = 1; index < 8; index++) others.push(await join(CROWD[index]!, index, callId));
      expect(others.at(-1)!.outcome.members).toHaveLength(8);
      const ninth = await join(CROWD[8]!, 8, callId);
      expect(ninth.outcome).toEqual({ ok: false, code: 'call-full' });
      const found = await ask(ninth.socket, 'call:find', { conversationId: GROUP });
      expect(found).toMatchObject({ call: { callId, members: { length: 8 } } });
      const told = heard(others[1]!.socket, 'call:changed');
      await ask(host, 'call:leave', { ...of(callId, GROUP), end: 'hung-up' });
      expect(CallChanged.parse(await told).members).toHaveLength(7);
      expect(await ask(ninth.socket, 'call:join', of(callId, GROUP))).toMatchObject({
        ok: true,
        members: { length: 8 },
      });
    });

    it('go on without who started them, and are over with the last', async () => {
      const callId = newCall();
      const host = await world.welcomed(world.first, CROWD[0]!, deviceOf(CROWD[0]!));
      await start(host, callId, GROUP);
      const { socket } = await join(CROWD[1]!, 1, callId);
      await ask(socket, 'call:connected', of(callId, GROUP));
      await ask(host, 'call:leave', { ...of(callId, GROUP), end: 'hung-up' });
      expect(await ask(socket, 'call:alive', of(callId, GROUP))).toMatchObject({ members: [{ userId: CROWD[1] }] });
      await ask(socket, 'call:leave', { ...of(callId, GROUP), end: 'hung-up' });
      expect(await ask(host, 'call:join', of(callId, GROUP))).toMatchObject({ ok: false, code: 'call-unknown' });
      expect(await settlement(callId)).toEqual(['capture']);
    });
  });

  describe('refuse', () => {
    it('strangers, and conversations that are not theirs or not there', async () => {
      const callId = newCall();
      await start(alice, callId);
      const mallory = await world.welcomed(world.first, MALLORY, MALLORY_LAPTOP);
      for (const conversationId of [DIRECT, 'f'.repeat(32)]) {
        for (const command of [
          'call:start',
          'call:join',
          'call:connected',
          'call:alive',
          'turn:credentials',
        ] as const) {
          const outcome = await ask(mallory, command, { callId, conversationId });
          expect(outcome).toEqual({ ok: false, code: 'not-a-member' });
        }
        const leaving = await ask(mallory, 'call:leave', { callId, conversationId, end: 'hung-up' });
        expect(leaving).toEqual({ ok: false, code: 'not-a-member' });
        expect(await ask(mallory, 'call:find', { conversationId })).toEqual({ ok: false, code: 'not-a-member' });
      }
      expect(await ask(alice, 'call:alive', of(callId))).toMatchObject({ ok: true, members: [{ userId: ALICE }] });
    });

    it('another conversation under the same id, and another device under it', async () => {
      const callId = newCall();
      await start(alice, callId);
      world.members.set('ab'.repeat(16), [ALICE, MALLORY]);
      const elsewhere = { callId, conversationId: 'ab'.repeat(16) };
      expect(await ask(alice, 'call:start', elsewhere)).toEqual({ ok: false, code: 'call-id-taken' });
      expect(await ask(alice, 'call:join', elsewhere)).toEqual({ ok: false, code: 'call-unknown' });
      expect(await ask(alice, 'turn:credentials', elsewhere)).toEqual({ ok: false, code: 'call-unknown' });
      expect(await start(bob, callId)).toEqual({ ok: false, code: 'call-id-taken' });
    });

    it('what has another form', async () => {
      const callId = newCall();
      const bodies: object[] = [{}, { callId }, { callId: 'x', conversationId: DIRECT }, { ...of(callId), price: 0 }];
      for (const body of bodies) {
        expect(await ask(alice, 'call:start', body)).toMatchObject({ ok: false, code: 'invalid-request' });
      }
      const leave = { ...of(callId), end: 'bored' };
      expect(await ask(alice, 'call:leave', leave)).toMatchObject({ ok: false, code: 'invalid-request' });
    });

    it('who has no credits, and everybody while credits are away', async () => {
      world.credits.available = 4;
      expect(await start(alice, newCall())).toEqual({ ok: false, code: 'insufficient-credits' });
      world.credits.isAway = true;
      expect(await start(alice, newCall())).toMatchObject({ ok: false, code: 'credits-unavailable' });
      expect(await ask(alice, 'call:find', { conversationId: DIRECT })).toEqual({ ok: true, call: null });
    });
  });

  describe('survive', () => {
    it('a replica that is killed while it rings: the other answers for it, and the price is paid once', async () => {
      const third = await world.start('signaling-3');
      const callId = newCall();
      const onThird = await world.welcomed(third, ALICE, ALICE_LAPTOP);
      await start(onThird, callId);
      await third.stop();
      expect(await ask(bob, 'call:join', of(callId))).toMatchObject({ members: [{ userId: ALICE }, { userId: BOB }] });
      const again = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
      expect(await ask(again, 'call:alive', of(callId))).toMatchObject({ members: { length: 2 } });
      await Promise.all([ask(again, 'call:connected', of(callId)), ask(bob, 'call:connected', of(callId))]);
      expect(await settlement(callId)).toEqual(['capture']);
    });

    it('a Redis that forgets everything', async () => {
      const callId = newCall();
      await start(alice, callId);
      await ask(bob, 'call:join', of(callId));
      await world.forgetRedis();
      expect(await ask(alice, 'call:alive', of(callId))).toMatchObject({ members: [{ userId: ALICE }] });
      expect(await ask(bob, 'call:alive', of(callId))).toMatchObject({ members: { length: 2 } });
      expect(await ask(alice, 'call:connected', of(callId))).toEqual({ ok: true });
      expect(await settlement(callId)).toEqual(['capture']);
    });

    it('credits that are away when it connects', async () => {
      const callId = newCall();
      await start(alice, callId);
      world.credits.isAway = true;
      expect(await ask(alice, 'call:connected', of(callId))).toEqual({ ok: true });
      expect(await world.callsExist([callId, newCall()])).toEqual([callId]);
      await ask(alice, 'call:leave', { ...of(callId), end: 'hung-up' });
      expect(await world.callsExist([callId])).toEqual([callId]);
      world.credits.isAway = false;
      expect(await settlement(callId)).toEqual(['capture']);
    });
  });

  it('that nobody answers and nobody ends are over after two minutes, and cost nothing', async () => {
    const [silent, talking] = [newCall(), newCall()];
    await start(alice, silent);
    const inGroup = await world.welcomed(world.first, CROWD[0]!, deviceOf(CROWD[0]!));
    await start(inGroup, talking, GROUP);
    await ask(inGroup, 'call:connected', of(talking, GROUP));
    const abandoned = world.second.app.get(AbandonedCalls);
    await abandoned.endNow(Date.now() + UNANSWERED_MAX_MS - 60_000);
    expect(await ask(alice, 'call:alive', of(silent))).toMatchObject({ ok: true });
    await abandoned.endNow(Date.now() + UNANSWERED_MAX_MS + 1);
    expect(await ask(alice, 'call:alive', of(silent))).toMatchObject({ ok: false, code: 'call-unknown' });
    expect(await settlement(silent)).toEqual(['release']);
    expect(await ask(inGroup, 'call:alive', of(talking, GROUP))).toMatchObject({ ok: true });
    expect(await settlement(talking)).toEqual(['capture']);
  });

  it('are told to credits as paid only once they connected', async () => {
    const callId = newCall();
    await start(alice, callId);
    expect(await world.callsExist([callId])).toEqual([]);
    await ask(alice, 'call:connected', of(callId));
    expect(await world.callsExist([callId])).toEqual([callId]);
  });

  describe('the relay', () => {
    it('is for ten minutes, by a name that says nothing, and its credential verifies', async () => {
      const callId = newCall();
      await start(alice, callId);
      const outcome = await ask(alice, 'turn:credentials', of(callId));
      const [stun, turn] = outcome.iceServers as { urls: string[]; username: string; credential: string }[];
      expect(stun).toEqual({ urls: ['stun:relay.example:3478'] });
      expect(turn!.urls).toEqual(TURN_URLS.split(','));
      const [expiresAtS, name] = turn!.username.split(':');
      expect(Math.abs(Number(expiresAtS) * 1_000 - Date.now() - 600_000)).toBeLessThan(60_000);
      expect(outcome).toMatchObject({ relays: true, expiresAtMs: Number(expiresAtS) * 1_000 });
      expect(turn!.credential).toBe(createHmac('sha1', TURN_SECRET).update(turn!.username).digest('base64'));
      expect(name).toMatch(/^[0-9a-f]{32}$/);
      for (const id of [ALICE, ALICE_LAPTOP, callId, DIRECT]) expect(turn!.username).not.toContain(id);
      await ask(bob, 'call:join', of(callId));
      const other = (await ask(bob, 'turn:credentials', of(callId))).iceServers as { username: string }[];
      expect(other[1]!.username.split(':')[1]).not.toBe(name);
    });
  });

  it('leave nothing in the store when they are over', async () => {
    const callId = newCall();
    await start(alice, callId);
    await ask(alice, 'call:connected', of(callId));
    await ask(alice, 'call:leave', { ...of(callId), end: 'hung-up' });
    await settlement(callId);
    const left = await eventually(
      () => world.storedCalls(),
      ({ outbox }) => outbox === 0,
    );
    expect(left).toEqual({ calls: 0, outbox: 0 });
  });
});

describe('calls that nobody ends, and callers who call too often', () => {
  let world: SignalingWorld;

  beforeAll(async () => {
    world = await SignalingWorld.open({
      THROTTLE_SCALE: '1',
      CALL_BURST: '3',
      CALLS_PER_SECOND: '0.001',
      CALL_ALIVE_FOR_MS: '400',
    });
    world.members.set(DIRECT, [ALICE, BOB]);
  });

  afterAll(async () => {
    await world.close();
  });

  it('are out of the conversation when their devices say nothing, and throttled in the end', async () => {
    const alice = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
    const bob = await world.welcomed(world.second, BOB, BOB_LAPTOP);
    const callId = newCall();
    expect(await ask(alice, 'call:start', { callId, conversationId: DIRECT })).toMatchObject({ outcome: 'started' });
    await eventually(
      () => ask(bob, 'call:find', { conversationId: DIRECT }),
      ({ call }) => call === null,
    );
    const next = await ask(bob, 'call:start', { callId: newCall(), conversationId: DIRECT });
    expect(next).toMatchObject({ outcome: 'started' });
    const refused = await eventually(
      () => ask(alice, 'call:start', { callId, conversationId: DIRECT }),
      ({ ok }) => ok === false,
    );
    expect(refused).toMatchObject({ code: 'throttled' });
    expect(Number(refused.retryAfterSeconds)).toBeGreaterThan(0);
  });

  it('are refused while Redis is away', async () => {
    const alice = await world.welcomed(world.first, ALICE, ALICE_PHONE);
    await world.redis.pause();
    const outcome = await ask(alice, 'call:find', { conversationId: DIRECT });
    await world.redis.resume();
    expect(outcome).toMatchObject({ ok: false, code: 'unavailable', retryAfterSeconds: 1 });
  });
});

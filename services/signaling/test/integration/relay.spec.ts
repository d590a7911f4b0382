import { SignalArrived } from '@secureconnect/contracts/signaling';
import { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import {
  ALICE,
  ALICE_AND_BOB,
  ALICE_AND_MALLORY,
  ALICE_LAPTOP,
  ALICE_PHONE,
  BOB,
  BOB_LAPTOP,
  BOB_PHONE,
  CAROL,
  CAROL_LAPTOP,
  MALLORY,
  MALLORY_LAPTOP,
  NOWHERE,
} from '../people.js';
import { sealedSignal } from '../sealed-signal.js';
import { heard, recordSignals, send, SignalingWorld, signalOn } from './signaling-world.js';

const toBob = (given: object = {}) => ({ toUserId: BOB, toDeviceId: null, envelope: sealedSignal(), ...given });

describe('signals over two replicas', () => {
  let world: SignalingWorld;

  beforeAll(async () => {
    world = await SignalingWorld.open();
  });

  afterEach(() => {
    world.disconnectAll();
    world.letPeersAnswer();
    world.gateway.asked.splice(0);
  });

  afterAll(async () => {
    await world.close();
  });

  /** After this, whatever was sent to a socket before has arrived. */
  async function settled(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 150));
  }

  describe('reach', () => {
    it('every device of the addressee on every replica, once, byte for byte, with the sender’s name from the token', async () => {
      const alice = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
      const bobs = [
        await world.welcomed(world.first, BOB, BOB_LAPTOP),
        await world.welcomed(world.second, BOB, BOB_PHONE),
      ];
      const inboxes = bobs.map(recordSignals);
      const arrivals = bobs.map(signalOn);
      const envelope = sealedSignal();
      expect(await send(alice, toBob({ envelope }))).toEqual({ ok: true, reached: true });
      await Promise.all(arrivals);
      await settled();
      for (const inbox of inboxes) {
        expect(inbox).toHaveLength(1);
        const signal = SignalArrived.parse(inbox[0]);
        expect(signal).toMatchObject({ conversationId: ALICE_AND_BOB, fromUserId: ALICE, fromDeviceId: ALICE_LAPTOP });
        expect(Buffer.from(signal.envelope).equals(envelope)).toBe(true);
        expect(Math.abs(signal.relayedAtMs - Date.now())).toBeLessThan(5_000);
      }
    });

    it('one device alone where it is named', async () => {
      const alice = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
      const laptop = recordSignals(await world.welcomed(world.first, BOB, BOB_LAPTOP));
      const phone = signalOn(await world.welcomed(world.second, BOB, BOB_PHONE));
      expect(await send(alice, toBob({ toDeviceId: BOB_PHONE }))).toEqual({ ok: true, reached: true });
      await phone;
      await settled();
      expect(laptop).toEqual([]);
    });

    it('the sender’s own other devices, and never the one that sent', async () => {
      const laptop = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
      const own = recordSignals(laptop);
      expect(await send(laptop, toBob({ toUserId: ALICE }))).toEqual({ ok: true, reached: false });
      const phone = signalOn(await world.welcomed(world.second, ALICE, ALICE_PHONE));
      expect(await send(laptop, toBob({ toUserId: ALICE }))).toEqual({ ok: true, reached: true });
      await phone;
      await settled();
      expect(own).toEqual([]);
    });

    it('the largest signal there may be', async () => {
      const alice = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
      const arrival = signalOn(await world.welcomed(world.second, BOB, BOB_LAPTOP));
      const envelope = sealedSignal({ contentBytes: 98_304 });
      expect(await send(alice, toBob({ envelope }))).toEqual({ ok: true, reached: true });
      expect((await arrival).envelope.byteLength).toBe(envelope.length);
    });

    it('nobody, and say so, where no device is connected', async () => {
      const alice = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
      expect(await send(alice, toBob())).toEqual({ ok: true, reached: false });
      const bob = await world.welcomed(world.second, BOB, BOB_LAPTOP);
      expect(await send(alice, toBob())).toEqual({ ok: true, reached: true });
      expect(await send(alice, toBob({ toDeviceId: BOB_PHONE }))).toEqual({ ok: true, reached: false });
      bob.disconnect();
      await settled();
      expect(await send(alice, toBob())).toEqual({ ok: true, reached: false });
    });

    it('no device of somebody else, even under a member’s name', async () => {
      // mallory and alice do share a conversation; carol's device is no device of alice.
      const mallory = await world.welcomed(world.first, MALLORY, MALLORY_LAPTOP);
      const carol = recordSignals(await world.welcomed(world.second, CAROL, CAROL_LAPTOP));
      const envelope = sealedSignal({
        conversationId: ALICE_AND_MALLORY,
        senderUser: MALLORY,
        senderDevice: MALLORY_LAPTOP,
        readers: [ALICE, MALLORY],
      });
      const outcome = await send(mallory, { toUserId: ALICE, toDeviceId: CAROL_LAPTOP, envelope });
      expect(outcome).toEqual({ ok: true, reached: false });
      await settled();
      expect(carol).toEqual([]);
    });
  });

  describe('are refused', () => {
    const malloryTo = (toUserId: typeof BOB, conversationId: typeof ALICE_AND_BOB) => ({
      toUserId,
      toDeviceId: null,
      envelope: sealedSignal({
        conversationId,
        senderUser: MALLORY,
        senderDevice: MALLORY_LAPTOP,
        readers: [MALLORY, toUserId],
      }),
    });

    it.each<[string, typeof BOB, typeof ALICE_AND_BOB]>([
      ['of a conversation that she is not in', BOB, ALICE_AND_BOB],
      ['to somebody who is not in her conversation', BOB, ALICE_AND_MALLORY],
      ['of a conversation that there is not', BOB, NOWHERE],
    ])('when mallory sends one %s', async (_, toUserId, conversationId) => {
      const mallory = await world.welcomed(world.first, MALLORY, MALLORY_LAPTOP);
      const bob = recordSignals(await world.welcomed(world.second, BOB, BOB_LAPTOP));
      expect(await send(mallory, malloryTo(toUserId, conversationId))).toEqual({ ok: false, code: 'not-a-member' });
      await settled();
      expect(bob).toEqual([]);
    });

    it.each<[string, string, object]>([
      ['signal-refused', 'in another’s name', toBob({ envelope: sealedSignal({ senderUser: BOB }) })],
      ['signal-refused', 'from another device', toBob({ envelope: sealedSignal({ senderDevice: ALICE_PHONE }) })],
      ['signal-refused', 'that is a message', toBob({ envelope: sealedSignal({ kind: 1 }) })],
      ['signal-refused', 'that is not sealed for the addressee', toBob({ toUserId: CAROL })],
      ['signal-refused', 'with a byte more', toBob({ envelope: Buffer.concat([sealedSignal(), Buffer.of(1)]) })],
      ['signal-refused', 'of noise', toBob({ envelope: Buffer.alloc(3_000, 7) })],
      ['signal-expired', 'of two minutes ago', toBob({ envelope: sealedSignal({ sentAtMs: Date.now() - 120_000 }) })],
      ['signal-expired', 'of an hour ahead', toBob({ envelope: sealedSignal({ sentAtMs: Date.now() + 3_600_000 }) })],
      ['invalid-request', 'without an envelope', toBob({ envelope: undefined })],
      ['invalid-request', 'of text', toBob({ envelope: sealedSignal().toString('base64') })],
      ['invalid-request', 'too small', toBob({ envelope: Buffer.alloc(399) })],
      ['invalid-request', 'too large', toBob({ envelope: sealedSignal({ contentBytes: 131_072 }) })],
      ['invalid-request', 'to nobody', toBob({ toUserId: undefined })],
      ['invalid-request', 'to a username', toBob({ toUserId: 'bob' })],
      ['invalid-request', 'to a room of another kind', toBob({ toUserId: `user:${BOB}` })],
      ['invalid-request', 'to an id in uppercase', toBob({ toUserId: BOB.toUpperCase() })],
      ['invalid-request', 'to __proto__', toBob({ toUserId: '__proto__' })],
      ['invalid-request', 'to no device in particular, unsaid', { toUserId: BOB, envelope: sealedSignal() }],
      ['invalid-request', 'to a list of devices', toBob({ toDeviceId: [BOB_LAPTOP] })],
      ['invalid-request', 'with a field more', toBob({ fromUserId: BOB })],
    ])('with %s when they are %s', async (code, _, body) => {
      const alice = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
      const laptop = await world.welcomed(world.second, BOB, BOB_LAPTOP);
      const bob = recordSignals(laptop);
      expect(await send(alice, body)).toMatchObject({ ok: false, code });
      // The socket and the process are alive.
      const arrival = signalOn(laptop);
      expect(await send(alice, toBob())).toEqual({ ok: true, reached: true });
      await arrival;
      await settled();
      expect(bob).toHaveLength(1);
    });

    it.each<[string, unknown[]]>([
      ['nothing', []],
      ['null', [null]],
      ['a text', ['text']],
      ['a list', [[]]],
      ['bare bytes', [sealedSignal()]],
      ['two bodies', [toBob(), toBob()]],
      ['__proto__', [JSON.parse(`{"__proto__":{"toUserId":"${BOB}"}}`)]],
    ])('when the body is %s', async (_, bodies) => {
      const alice = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
      const outcome: unknown = await alice.timeout(5_000).emitWithAck('signal:send', ...bodies);
      expect(outcome).toMatchObject({ ok: false, code: 'invalid-request' });
    });

    it('by an end of the socket when they are 2 MB, and nobody else’s', async () => {
      const alice = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
      const bob = await world.welcomed(world.first, BOB, BOB_LAPTOP);
      const gone = heard(alice, 'disconnect');
      alice.emit('signal:send', toBob({ envelope: Buffer.alloc(2_000_000) }));
      await gone;
      const answer = sealedSignal({ senderUser: BOB, senderDevice: BOB_LAPTOP });
      expect(await send(bob, { toUserId: ALICE, toDeviceId: null, envelope: answer })).toMatchObject({ ok: true });
    });

    it('while nobody can say who is in the conversation, and only then', async () => {
      const alice = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
      world.gateway.answer = () => ({ status: 503 });
      expect(await send(alice, toBob())).toMatchObject({ ok: false, code: 'unavailable', retryAfterSeconds: 1 });
      world.gateway.answer = () => ({ status: 200, body: { members: 'everybody' } });
      expect(await send(alice, toBob())).toMatchObject({ ok: false, code: 'unavailable' });
      world.letPeersAnswer();
      expect(await send(alice, toBob())).toMatchObject({ ok: true });
    });

    it('from somebody who left the conversation', async () => {
      const alice = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
      expect(await send(alice, toBob())).toMatchObject({ ok: true });
      world.members.set(ALICE_AND_BOB, [BOB]);
      expect(await send(alice, toBob())).toEqual({ ok: false, code: 'not-a-member' });
      world.members.set(ALICE_AND_BOB, [ALICE, BOB]);
    });

    it('before anybody is asked about members, where their form is wrong', async () => {
      const alice = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
      await send(alice, toBob({ envelope: sealedSignal({ senderUser: BOB }) }));
      await send(alice, toBob({ envelope: sealedSignal({ sentAtMs: 0 }) }));
      expect(world.gateway.asked).toEqual([]);
      await send(alice, toBob());
      expect(world.gateway.asked).toEqual([{ conversationId: ALICE_AND_BOB }]);
      expect(world.gateway.authorizations.at(-1)).toBe(world.secrets.authorization('signaling'));
    });
  });

  describe('are carried for nobody who', () => {
    it.each<[string, string, Parameters<SignalingWorld['connect']>[3], 'bound' | 'unbound']>([
      ['device-unbound', 'has no device', {}, 'unbound'],
      ['unauthenticated', 'has no cookie', { headers: { cookie: '' } }, 'bound'],
      ['unauthenticated', 'has an expired token', { lifetimeSeconds: -5 }, 'bound'],
      ['protocol-version', 'speaks another version', { auth: { v: 2 } }, 'bound'],
      ['invalid-request', 'speaks no version', { auth: {} }, 'bound'],
    ])('(%s) %s', async (code, _, given, binding) => {
      const deviceId = binding === 'bound' ? ALICE_LAPTOP : null;
      const socket = await world.connect(world.first, ALICE, deviceId, given);
      expect(await heard(socket, 'connect_error')).toMatchObject({ data: { ok: false, code } });
    });

    it('comes from another origin', async () => {
      const headers = { origin: 'https://mallory.example' };
      await heard(await world.connect(world.first, ALICE, ALICE_LAPTOP, { headers }), 'connect_error');
    });

    it('has a session that ended', async () => {
      const sessionId = 'e'.repeat(32);
      world.endedSessions.add(sessionId);
      const socket = await world.connect(world.first, ALICE, ALICE_LAPTOP, { sessionId });
      expect(await heard(socket, 'connect_error')).toMatchObject({ data: { code: 'session-ended' } });
    });

    it('is logged out this moment, on whichever replica', async () => {
      const sessionId = 'f'.repeat(32);
      const there = await world.welcomed(world.second, ALICE, ALICE_LAPTOP, { sessionId });
      const ended = heard(there, 'session:ended');
      const hint = { userId: ALICE, sessionId, deviceId: null, reason: 'logged-out' };
      world.first.app.get(RedisLink).publish('session:ended', JSON.stringify(hint));
      expect(await ended).toEqual({ reason: 'logged-out' });
    });
  });

  it('are let in with a valid token while auth is away', async () => {
    world.auth.answer = () => ({ status: 503 });
    await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
  });

  describe('while Redis is away', () => {
    it('reach who is on the same replica, and say honestly that nobody else was', async () => {
      const alice = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
      await world.welcomed(world.second, BOB, BOB_PHONE);
      await world.redis.pause();
      try {
        expect(await send(alice, toBob())).toEqual({ ok: true, reached: false });
        const arrival = signalOn(await world.welcomed(world.first, BOB, BOB_LAPTOP));
        expect(await send(alice, toBob())).toEqual({ ok: true, reached: true });
        await arrival;
      } finally {
        await world.redis.resume();
      }
    });

    it('and reach everybody again when it is back', async () => {
      const alice = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
      const bob = await world.welcomed(world.second, BOB, BOB_PHONE);
      await world.redis.pause();
      await world.redis.resume();
      const links = [world.first, world.second].map((service) => service.app.get(RedisLink));
      while (!links.every((link) => link.isReady)) await new Promise((resolve) => setTimeout(resolve, 20));
      await settled();
      const arrival = signalOn(bob);
      expect(await send(alice, toBob())).toEqual({ ok: true, reached: true });
      await arrival;
    });
  });
});

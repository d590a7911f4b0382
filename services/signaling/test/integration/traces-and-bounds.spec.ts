import { readFileSync } from 'node:fs';
import { RelayHoursAnswer } from '@secureconnect/contracts/internal';
import { Tally } from '@secureconnect/signaling/relay/tally';
import { ALICE, ALICE_AND_BOB, ALICE_LAPTOP, ALICE_PHONE, BOB, BOB_LAPTOP, BOB_PHONE } from '../people.js';
import { sealedSignal } from '../sealed-signal.js';
import { send, SignalingWorld } from './signaling-world.js';

const toBob = (given: object = {}) => ({ toUserId: BOB, toDeviceId: null, envelope: sealedSignal(), ...given });

describe('signals', () => {
  let world: SignalingWorld;

  beforeAll(async () => {
    world = await SignalingWorld.open();
  });

  afterEach(() => {
    world.disconnectAll();
  });

  afterAll(async () => {
    await world.close();
  });

  describe('leave behind', () => {
    const hoursOf = async (body: unknown, caller: 'admin' | 'credits' = 'admin') => {
      const response = await fetch(`${world.first.internalUrl}/internal/relays/hours`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: world.secrets.authorization(caller) },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as unknown };
    };
    /** What both replicas counted until now, written. */
    const totals = async () => {
      for (const replica of [world.first, world.second]) await replica.app.get(Tally).flush();
      const { hours } = RelayHoursAnswer.parse((await hoursOf({ fromMs: Date.now() - 3_600_000, hours: 3 })).body);
      const sum = (outcome: string) =>
        hours.filter((hour) => hour.outcome === outcome).reduce((total, hour) => total + hour.signals, 0);
      return { reached: sum('reached'), unreached: sum('unreached'), refused: sum('refused') };
    };

    it('counts by the hour, of both replicas together', async () => {
      const before = await totals();
      const alice = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
      const bob = await world.welcomed(world.second, BOB, BOB_LAPTOP);
      const answer = sealedSignal({ senderUser: BOB, senderDevice: BOB_LAPTOP });
      await send(alice, toBob());
      await send(bob, { toUserId: ALICE, toDeviceId: null, envelope: answer });
      await send(alice, toBob({ toDeviceId: BOB_PHONE }));
      await send(alice, toBob({ envelope: sealedSignal({ kind: 6 }) }));
      expect(await totals()).toEqual({
        reached: before.reached + 2,
        unreached: before.unreached + 1,
        refused: before.refused + 1,
      });
    });

    it('nothing of the signals and nobody’s id in the store', async () => {
      const alice = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
      const envelope = sealedSignal();
      await send(alice, toBob({ envelope }));
      await totals();
      for (const suffix of ['', '-wal']) {
        const stored = readFileSync(world.storeFile + suffix);
        for (const trace of [ALICE, BOB, ALICE_LAPTOP, ALICE_AND_BOB]) {
          expect(stored.includes(trace)).toBe(false);
          expect(stored.includes(Buffer.from(trace, 'hex'))).toBe(false);
        }
        expect(stored.includes(envelope.subarray(-64))).toBe(false);
      }
    });

    it('counts that only admin may ask for', async () => {
      expect(await hoursOf({ fromMs: 0, hours: 1 }, 'credits')).toMatchObject({ status: 403 });
      const open = await fetch(`${world.first.publicUrl}/internal/relays/hours`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'http://localhost:8080' },
        body: '{}',
      });
      expect(open.status).toBe(404);
    });

    it.each<[string, unknown]>([
      ['nothing', {}],
      ['no hours', { fromMs: 0, hours: 0 }],
      ['too many hours', { fromMs: 0, hours: 745 }],
      ['half an hour', { fromMs: 0, hours: 0.5 }],
      ['a time before time', { fromMs: -1, hours: 1 }],
      ['a time as text', { fromMs: '0', hours: 1 }],
      ['a field more', { fromMs: 0, hours: 1, userId: ALICE }],
      ['a list', []],
    ])('no answer to %s', async (_, body) => {
      expect(await hoursOf(body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    });
  });
});

describe('a user who sends too much', () => {
  it('is throttled on all sockets, told for how long, and heard again; a new connection renews nothing', async () => {
    const world = await SignalingWorld.open({ THROTTLE_SCALE: '1', SIGNAL_BURST: '5', SIGNALS_PER_SECOND: '2' });
    const alice = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
    const phone = await world.welcomed(world.first, ALICE, ALICE_PHONE);
    const outcomes = [];
    for (let count = 0; count < 8; count++) outcomes.push(await send(alice, toBob()));
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(5);
    expect(outcomes.at(-1)).toEqual({ ok: false, code: 'throttled', retryAfterSeconds: 1 });
    const fromPhone = toBob({ envelope: sealedSignal({ senderDevice: ALICE_PHONE }) });
    expect(await send(phone, fromPhone)).toMatchObject({ ok: false, code: 'throttled' });
    alice.disconnect();
    const again = await world.welcomed(world.first, ALICE, ALICE_LAPTOP);
    expect(await send(again, toBob())).toMatchObject({ ok: false, code: 'throttled' });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await send(again, toBob())).toMatchObject({ ok: true });
    await world.close();
  });
});

describe('a start', () => {
  it.each(['AUTH_INTERNAL_URL', 'CREDITS_INTERNAL_URL', 'MESSAGING_INTERNAL_URL'])(
    'without %s is one sentence',
    async (variable) => {
      const world = await SignalingWorld.open();
      await expect(world.start('signaling-3', { [variable]: '' })).rejects.toThrow(`${variable} missing`);
      await world.close();
    },
  );
});

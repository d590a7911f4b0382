import type { RunningService } from '@secureconnect/platform/bootstrap/run-service';
import { AllowanceId } from '@secureconnect/contracts/ids';
import { Sweeper } from '@secureconnect/credits/charges/sweeper';
import { ALICE, BOB, messageId } from '../people.js';
import { ask, CreditsWorld, eventually, Gatekeeper, postAs } from './credits-world.js';

const OPENING = 500;
const A = AllowanceId.parse('a'.repeat(32));
const B = AllowanceId.parse('b'.repeat(32));

describe('holds that nobody settles', () => {
  let world: CreditsWorld;
  let service: RunningService;
  let gatekeeper: Gatekeeper;

  async function restart(extra: Record<string, string>): Promise<void> {
    service = await world.start({ SWEEP_INTERVAL_MS: '20', ...extra });
    gatekeeper = new Gatekeeper(world, service.internalUrl);
  }

  beforeEach(async () => {
    world = await CreditsWorld.open();
  });

  afterEach(async () => {
    await service.stop();
    expect(await world.broken()).toEqual([]);
    await world.close();
  });

  const standing = (userId: typeof ALICE) => gatekeeper.balance(userId);

  it('are captured where the message exists and released where it does not', async () => {
    await restart({ HOLD_LIFETIME_MS: '100', SWEEP_GRACE_MS: '50' });
    world.gateway.existing.add(messageId(1));
    for (const key of [1, 2]) await gatekeeper.hold(ALICE, messageId(key));
    const swept = await eventually(
      () => standing(ALICE),
      ({ held }) => held === 0,
    );
    expect(swept).toEqual({ available: OPENING - 1, held: 0 });
    expect(world.gateway.authorizations[0]).toBe(world.secrets.authorization('credits'));
    expect(await gatekeeper.hold(ALICE, messageId(1))).toMatchObject({ outcome: 'captured' });
    expect(await gatekeeper.hold(ALICE, messageId(2))).toMatchObject({ outcome: 'held' });
  });

  it('are asked of signaling where they are for calls, later than those for messages', async () => {
    await restart({ HOLD_LIFETIME_MS: '100', CALL_HOLD_LIFETIME_MS: '600', SWEEP_GRACE_MS: '0' });
    world.gateway.existing.add(messageId(1));
    const charge = { kind: 'call', userId: ALICE, amount: 5 } as const;
    await gatekeeper.holds([1, 2].map((key) => ({ ...charge, key: messageId(key) })));
    await gatekeeper.hold(ALICE, messageId(3));
    await eventually(
      () => world.gateway.asked.length,
      (asked) => asked > 0,
    );
    expect(world.gateway.asked.flat()).toEqual([messageId(3)]);
    const swept = await eventually(
      () => standing(ALICE),
      ({ held }) => held === 0,
    );
    expect(swept).toEqual({ available: OPENING - 5, held: 0 });
    expect(world.gateway.askedCalls.flat().toSorted()).toEqual([messageId(1), messageId(2)]);
  });

  it('are not asked about before lifetime and grace are over, and settled ones never', async () => {
    await restart({ HOLD_LIFETIME_MS: '150', SWEEP_GRACE_MS: '150' });
    await gatekeeper.hold(ALICE, messageId(1));
    const began = Date.now();
    await gatekeeper.hold(ALICE, messageId(2));
    await gatekeeper.settle('capture', ALICE, messageId(2));
    await eventually(
      () => world.gateway.asked.length,
      (asked) => asked > 0,
    );
    expect(Date.now() - began).toBeGreaterThanOrEqual(290);
    expect(world.gateway.asked.flat()).toEqual([messageId(1)]);
  });

  it('are not swept while they are asked for again and again', async () => {
    await restart({ HOLD_LIFETIME_MS: '300', SWEEP_GRACE_MS: '0' });
    for (let repeat = 0; repeat < 8; repeat++) {
      await gatekeeper.hold(ALICE, messageId(1));
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect(world.gateway.asked).toEqual([]);
    expect(await standing(ALICE)).toEqual({ available: OPENING - 1, held: 1 });
  });

  it.each(['unavailable', 'nonsense'] as const)(
    'wait while the gateway is %s, and are settled when it is back',
    async (mode) => {
      world.gateway.mode = mode;
      await restart({ HOLD_LIFETIME_MS: '100', SWEEP_GRACE_MS: '0' });
      await gatekeeper.hold(ALICE, messageId(1));
      await eventually(
        () => world.gateway.asked.length,
        (asked) => asked >= 4,
      );
      expect(await standing(ALICE)).toEqual({ available: OPENING - 1, held: 1 });
      // An owner that is away is no fault of ours.
      expect(await ask(`${service.internalUrl}/health/ready`)).toMatchObject({ status: 200 });
      world.gateway.mode = 'answers';
      await eventually(
        () => standing(ALICE),
        ({ held }) => held === 0,
      );
    },
  );

  it('wait while the gateway says nothing at all', async () => {
    world.gateway.mode = 'hangs';
    await restart({ HOLD_LIFETIME_MS: '100', SWEEP_GRACE_MS: '0' });
    await gatekeeper.hold(ALICE, messageId(1));
    await eventually(
      () => world.gateway.asked.length,
      (asked) => asked > 0,
    );
    // Everybody else is served meanwhile.
    expect(await gatekeeper.hold(BOB, messageId(2))).toMatchObject({ outcome: 'held' });
    world.gateway.mode = 'answers';
    await eventually(
      () => standing(ALICE),
      ({ held }) => held === 0,
      10_000,
    );
  }, 60_000);

  it('are left alone when they are settled, or held anew, while the gateway thinks', async () => {
    await restart({ HOLD_LIFETIME_MS: '150', SWEEP_GRACE_MS: '0' });
    for (const key of [1, 2, 3]) await gatekeeper.hold(ALICE, messageId(key));
    world.gateway.beforeAnswer = async () => {
      world.gateway.beforeAnswer = () => Promise.resolve();
      await gatekeeper.settle('capture', ALICE, messageId(1));
      await gatekeeper.hold(ALICE, messageId(2));
      expect(await standing(ALICE)).toEqual({ available: OPENING - 3, held: 2 });
    };
    await eventually(
      () => standing(ALICE),
      ({ held }) => held < 2,
    );
    // 1 stays captured, 2 is held still, 3 was given back.
    expect(await standing(ALICE)).toEqual({ available: OPENING - 2, held: 1 });
  });

  it('are settled after a restart', async () => {
    await restart({ HOLD_LIFETIME_MS: '100', SWEEP_INTERVAL_MS: '3600000' });
    await gatekeeper.hold(ALICE, messageId(1));
    await service.stop();
    await restart({ HOLD_LIFETIME_MS: '100', SWEEP_GRACE_MS: '0' });
    await eventually(
      () => standing(ALICE),
      ({ available }) => available === OPENING,
    );
  });

  it('are asked about in batches that the gateway takes, however many they are', async () => {
    await restart({ HOLD_LIFETIME_MS: '100', SWEEP_GRACE_MS: '0', SWEEP_INTERVAL_MS: '3600000' });
    const keys = Array.from({ length: 2_300 }, (_, key) => messageId(key));
    for (let from = 0; from < keys.length; from += 1_000) {
      const batch = keys.slice(from, from + 1_000);
      await gatekeeper.holds(batch.map((key) => ({ kind: 'message', key, userId: ALICE, amount: 0 })));
    }
    await new Promise((resolve) => setTimeout(resolve, 120));
    await service.app.get(Sweeper).sweepNow();
    expect(world.gateway.asked.map((asked) => asked.length)).toEqual([1_000, 1_000, 300]);
    expect((await standing(ALICE)).held).toBe(0);
  });
});

describe('allowances', () => {
  let world: CreditsWorld;
  let service: RunningService;
  let gatekeeper: Gatekeeper;

  async function begin(extra: Record<string, string>): Promise<void> {
    service = await world.start({ SWEEP_INTERVAL_MS: '20', ...extra });
    gatekeeper = new Gatekeeper(world, service.internalUrl);
  }
  /** What a message of an amount above what is left comes to says how much is set aside. */
  const spendable = async (): Promise<number> => {
    for (let amount = OPENING; amount > 0; amount--) {
      const outcome = await gatekeeper.hold(ALICE, messageId(9_000 + amount), amount);
      if (outcome.outcome !== 'held') continue;
      await gatekeeper.settle('release', ALICE, messageId(9_000 + amount), amount);
      return amount;
    }
    return 0;
  };

  beforeEach(async () => {
    world = await CreditsWorld.open();
  });

  afterEach(async () => {
    await service.stop();
    expect(await world.broken()).toEqual([]);
    await world.close();
  });

  it('are granted, spent once a message, and closed, and the balance is right all the time', async () => {
    await begin({});
    expect(await gatekeeper.grant(ALICE, A, 20)).toMatchObject({ amount: 20, available: OPENING });
    expect(await gatekeeper.balance(ALICE)).toEqual({ available: OPENING, held: 0 });
    expect(await gatekeeper.capture(ALICE, [messageId(1), messageId(2)], A)).toBe(OPENING - 2);
    expect(await gatekeeper.capture(ALICE, [messageId(2), messageId(3)], A)).toBe(OPENING - 3);
    expect(await gatekeeper.closeAllowance(ALICE, A)).toBe(OPENING - 3);
    expect(await spendable()).toBe(OPENING - 3);
  });

  it('that nobody closes come back past their lifetime, once no capture on them is on its way', async () => {
    await begin({ HOLD_LIFETIME_MS: '100', SWEEP_GRACE_MS: '50' });
    world.gateway.unsettled.add(A);
    await gatekeeper.grant(ALICE, A, 20);
    await gatekeeper.grant(ALICE, B, 10);
    await eventually(spendable, (left) => left === OPENING - 20);
    await gatekeeper.capture(ALICE, [messageId(1)], A);
    expect(await spendable()).toBe(OPENING - 20);
    world.gateway.unsettled.delete(A);
    await eventually(spendable, (left) => left === OPENING - 1);
    expect(new Set(world.gateway.askedAllowances.flat())).toEqual(new Set([A, B]));
  });

  it('are left alone while the gateway is away, and within their lifetime', async () => {
    await begin({ HOLD_LIFETIME_MS: '200', SWEEP_GRACE_MS: '0' });
    world.gateway.mode = 'unavailable';
    await gatekeeper.grant(ALICE, A, 20);
    expect(world.gateway.askedAllowances).toEqual([]);
    await eventually(
      () => world.gateway.askedAllowances.length,
      (asked) => asked >= 4,
    );
    expect(await spendable()).toBe(OPENING - 20);
    world.gateway.mode = 'answers';
    await eventually(spendable, (left) => left === OPENING);
  });

  it('are refused to everybody but the gateway, and in any other form', async () => {
    await begin({});
    const allowances = [{ allowanceId: A, userId: ALICE, amount: 5 }];
    const url = `${service.internalUrl}/internal/allowances`;
    expect((await postAs(world, 'admin', url, { allowances })).status).toBe(403);
    expect((await postAs(world, 'messaging-gateway', url, { allowances: [] })).status).toBe(400);
    expect((await postAs(world, 'messaging-gateway', url, { allowances, more: 1 })).status).toBe(400);
    const charges = [{ kind: 'message', key: messageId(1), userId: ALICE, amount: 1 }];
    expect(
      (await postAs(world, 'messaging-gateway', `${service.internalUrl}/internal/captures`, { charges })).status,
    ).toBe(400);
  });
});

describe('a start', () => {
  it('without the gateway’s address is one sentence', async () => {
    const world = await CreditsWorld.open();
    await expect(world.start({ MESSAGING_INTERNAL_URL: '' })).rejects.toThrow(/MESSAGING_INTERNAL_URL missing/);
    await world.close();
  });

  it.each(['0', '-5', '1.5', 'soon', '9999999999999'])('with a lifetime of %p is refused', async (lifetime) => {
    const world = await CreditsWorld.open();
    await expect(world.start({ HOLD_LIFETIME_MS: lifetime })).rejects.toThrow(/HOLD_LIFETIME_MS/);
    await world.close();
  });
});

import type { RunningService } from '@secureconnect/platform/bootstrap/run-service';
import { letter, person } from '../letters.js';
import { GatewayWorld } from './gateway-world.js';

describe('ephemeral envelopes', () => {
  let world: GatewayWorld;
  let first: RunningService;
  let second: RunningService;

  beforeAll(async () => {
    world = await GatewayWorld.open();
    [first, second] = await Promise.all([world.start('gateway-1'), world.start('gateway-2')]);
  });
  afterAll(() => world.close());

  async function pair() {
    const [alice, bob] = [person(), person()];
    const atAlice = await world.connect(first, alice);
    const atBob = await world.connect(second, bob);
    await atAlice.ask('conversation:open', { peerUserId: bob.userId });
    return { alice, bob, atAlice, atBob, typing: () => letter(alice, bob, { kind: 7 }) };
  }
  const bytes = (body: Record<string, unknown> | undefined) => Buffer.from(body?.envelope as Uint8Array);

  it('reach the other member’s devices on every replica, not the sender’s own, are free, and are not kept', async () => {
    const { alice, bob, atAlice, atBob, typing } = await pair();
    const nearBob = await world.connect(first, bob);
    const atPhone = await world.connect(second, { userId: alice.userId, deviceId: person().deviceId });
    const [envelope, holds] = [typing(), world.peers.holdRequests];
    expect(await atAlice.ask('ephemeral:send', { envelope })).toEqual({ ok: true });
    for (const device of [atBob, nearBob])
      expect(bytes((await device.waitFor('ephemeral:arrived'))[0]).equals(envelope)).toBe(true);
    // What went out after it is here, so it would be here too.
    await atBob.ask('message:send', { envelope: letter(bob, alice) });
    await Promise.all([atPhone.waitFor('message:arrived'), atAlice.waitFor('message:arrived')]);
    expect([...atPhone.of('ephemeral:arrived'), ...atAlice.of('ephemeral:arrived')]).toEqual([]);
    expect(world.peers.holdRequests).toBe(holds + 1);
    const kept = world.rows<{ envelope: Buffer }>(
      'SELECT envelope FROM message UNION ALL SELECT envelope FROM receipt',
    );
    expect(kept.some((row) => row.envelope.equals(envelope))).toBe(false);
  });

  it('from a stranger, in another’s name, or old, reach nobody', async () => {
    const { alice, bob, atAlice, atBob, typing } = await pair();
    const mallory = person();
    const atMallory = await world.connect(first, mallory);
    expect(await atMallory.ask('ephemeral:send', { envelope: typing() })).toEqual({
      ok: false,
      code: 'envelope-refused',
    });
    const forged = letter(alice, bob, { kind: 7, senderUser: mallory.userId, senderDevice: mallory.deviceId });
    expect(await atMallory.ask('ephemeral:send', { envelope: forged })).toEqual({
      ok: false,
      code: 'envelope-refused',
    });
    const old = letter(alice, bob, { kind: 7, sentAtMs: Date.now() - 61_000 });
    expect(await atAlice.ask('ephemeral:send', { envelope: old })).toEqual({ ok: false, code: 'signal-expired' });
    await atAlice.ask('ephemeral:send', { envelope: typing() });
    await atBob.waitFor('ephemeral:arrived');
    expect(atBob.of('ephemeral:arrived')).toHaveLength(1);
  });

  it('have a budget of their own: a flood of them takes nothing from messages', async () => {
    const slow = await world.start('gateway-3', {
      EPHEMERAL_BURST: '2',
      EPHEMERALS_PER_SECOND: '1',
      THROTTLE_SCALE: '1',
    });
    const [alice, bob] = [person(), person()];
    const atAlice = await world.connect(slow, alice);
    await atAlice.ask('conversation:open', { peerUserId: bob.userId });
    const answers = [];
    for (let count = 0; count < 3; count++)
      answers.push(await atAlice.ask('ephemeral:send', { envelope: letter(alice, bob, { kind: 7 }) }));
    expect(answers).toEqual([{ ok: true }, { ok: true }, { ok: false, code: 'throttled', retryAfterSeconds: 1 }]);
    expect(await atAlice.ask('message:send', { envelope: letter(alice, bob) })).toMatchObject({ ok: true });
  });

  it('reach this replica at least while Redis is away, and hold nobody up', async () => {
    const { bob, atAlice, atBob, typing } = await pair();
    const nearBob = await world.connect(first, bob);
    await world.redis.pause();
    const began = performance.now();
    expect(await atAlice.ask('ephemeral:send', { envelope: typing() })).toEqual({ ok: true });
    await nearBob.waitFor('ephemeral:arrived');
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(atBob.of('ephemeral:arrived')).toEqual([]);
    await world.redis.resume();
  });
});

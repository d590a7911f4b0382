import { BALANCE_CHANGED_CHANNEL, IDENTITY_CHANGED_CHANNEL } from '@secureconnect/contracts/internal';
import type { RunningService } from '@secureconnect/platform/bootstrap/run-service';
import { Redis } from 'ioredis';
import { person } from '../letters.js';
import { GatewayWorld, until } from './gateway-world.js';

describe('a changed identity', () => {
  let world: GatewayWorld;
  let first: RunningService;
  let second: RunningService;
  let auth: Redis;

  beforeAll(async () => {
    world = await GatewayWorld.open();
    [first, second] = await Promise.all([world.start('gateway-1'), world.start('gateway-2')]);
    auth = new Redis(world.redis.url);
  });
  afterAll(async () => {
    await auth.quit();
    await world.close();
  });
  const changed = (userId: string) => auth.publish(IDENTITY_CHANGED_CHANNEL, JSON.stringify({ userId }));

  it('is told once to every device of those who share a conversation, and to the user’s own, on both replicas', async () => {
    const [alice, bob, carol] = [person(), person(), person()];
    const atAlice = await world.connect(first, alice);
    const devices = [
      atAlice,
      await world.connect(second, alice),
      await world.connect(first, bob),
      await world.connect(second, bob),
    ];
    const atCarol = await world.connect(second, carol);
    await atAlice.ask('conversation:open', { peerUserId: bob.userId });
    await changed(alice.userId);
    for (const device of devices) expect(await device.waitFor('identity:changed')).toEqual([{ userId: alice.userId }]);
    await changed(carol.userId);
    await atCarol.waitFor('identity:changed');
    expect(atCarol.of('identity:changed')).toEqual([{ userId: carol.userId }]);
    expect(devices.flatMap((device) => device.of('identity:changed'))).toHaveLength(4);
  });

  it('of somebody with many pages of conversations reaches them all, and holds nobody up', async () => {
    const alice = person();
    const atAlice = await world.connect(first, alice);
    const peers = Array.from({ length: 130 }, () => person());
    for (const peer of peers) await atAlice.ask('conversation:open', { peerUserId: peer.userId });
    const connected = await Promise.all(
      [peers[0]!, peers[65]!, peers[129]!].map((peer) => world.connect(second, peer)),
    );
    await changed(alice.userId);
    await until(
      () => connected.every((device) => device.of('identity:changed').length === 1),
      10_000,
      'all three hear it',
    );
  }, 30_000);
});

describe('a decision about credits', () => {
  let world: GatewayWorld;
  let credits: Redis;

  beforeAll(async () => {
    world = await GatewayWorld.open();
    credits = new Redis(world.redis.url);
  });
  afterAll(async () => {
    await credits.quit();
    await world.close();
  });

  it('is told once to every device of its user on both replicas, and to nobody else; noise is nothing', async () => {
    const [first, second] = await Promise.all([world.start('gateway-1'), world.start('gateway-2')]);
    const [alice, bob] = [person(), person()];
    const devices = [await world.connect(first, alice), await world.connect(second, alice)];
    const atBob = await world.connect(second, bob);
    const told = (hint: unknown) => credits.publish(BALANCE_CHANGED_CHANNEL, JSON.stringify(hint));
    await credits.publish(BALANCE_CHANGED_CHANNEL, '{');
    await told({ userId: alice.userId, available: 'many' });
    await told({ userId: alice.userId, available: 700 });
    for (const device of devices) expect(await device.waitFor('credits:changed')).toEqual([{ available: 700 }]);
    await told({ userId: bob.userId, available: 1 });
    expect(await atBob.waitFor('credits:changed')).toEqual([{ available: 1 }]);
    expect(devices.flatMap((device) => device.of('credits:changed'))).toHaveLength(2);
  });
});

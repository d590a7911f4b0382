import type { UserId } from '@secureconnect/contracts/ids';
import { EventLog } from '../../src/logging/event-log.js';
import { RedisLink } from '../../src/redis-io/redis-link.js';
import { RedisServer } from '../../src/testing/redis-server.js';
import { UserBudgets } from '../../src/throttle/user-budgets.js';

const [ALICE, BOB] = ['a'.repeat(32) as UserId, 'b'.repeat(32) as UserId];

describe('the budget of a user', () => {
  let redis: RedisServer;
  let links: RedisLink[];
  let nowMs = 1_000;
  let one: UserBudgets;
  let two: UserBudgets;

  beforeAll(async () => {
    redis = await RedisServer.start();
    const log = new EventLog({ service: 'signaling', replicaId: 'signaling-1', level: 'silent' });
    links = [new RedisLink(redis.url, log), new RedisLink(redis.url, log)];
    for (const link of links) await link.settled(5_000);
  });

  afterAll(async () => {
    for (const link of links) link.close();
    await redis.stop();
  });

  beforeEach(async () => {
    await links[0]!.commands.flushall();
    one = new UserBudgets(links[0]!, 'signaling', 1, () => nowMs);
    two = new UserBudgets(links[1]!, 'signaling', 1, () => nowMs);
  });

  const RATE = { burst: 10, perSecond: 0.1 };
  const takeAll = (budgets: UserBudgets, userId = ALICE, kind = 'sends', rate = RATE) => {
    let taken = 0;
    while (taken < 1_000 && budgets.take(userId, kind, rate) === 0) taken++;
    return taken;
  };

  it('is one for all of the user’s sockets here, and another for each kind and user', () => {
    expect(takeAll(one)).toBe(10);
    expect(takeAll(one)).toBe(0);
    expect(one.take(ALICE, 'sends', RATE)).toBe(10);
    expect(takeAll(one, ALICE, 'commands')).toBe(10);
    expect(takeAll(one, BOB)).toBe(10);
  });

  it('is one for all replicas: what was taken on one is gone on the other, once it was told', async () => {
    expect(takeAll(one)).toBe(10);
    await one.tell();
    // The other one does not know yet; what it gives away too much is owed.
    expect(two.take(ALICE, 'sends', RATE)).toBe(0);
    await two.tell();
    expect(two.take(ALICE, 'sends', RATE)).toBeGreaterThanOrEqual(9);
    expect(takeAll(two)).toBe(0);
    expect(takeAll(two, BOB)).toBe(10);
  });

  it('is paid back with time, also what was taken too much: never more than the rate for long', async () => {
    const fast = { burst: 5, perSecond: 50 };
    takeAll(one, ALICE, 'sends', fast);
    takeAll(two, ALICE, 'sends', fast);
    await one.tell();
    await two.tell();
    expect(two.take(ALICE, 'sends', fast)).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 250));
    nowMs += 250;
    expect(two.take(ALICE, 'sends', fast)).toBe(0);
  });

  it('does not owe for ever what a flood took', async () => {
    const replicas = Array.from({ length: 20 }, () => new UserBudgets(links[0]!, 'signaling', 1, () => nowMs));
    for (const replica of replicas) takeAll(replica);
    for (const replica of replicas) await replica.tell();
    const wait = replicas[19]!.take(ALICE, 'sends', RATE);
    expect(wait).toBeGreaterThan(90);
    expect(wait).toBeLessThanOrEqual(100);
  });

  it('does not keep out who takes no more than the rate, for hours', async () => {
    const steady = { burst: 2, perSecond: 10 };
    for (let turn = 0; turn < 40; turn++) {
      expect((turn % 2 === 0 ? one : two).take(ALICE, 'sends', steady)).toBe(0);
      await one.tell();
      await two.tell();
      nowMs += 110;
      await new Promise((resolve) => setTimeout(resolve, 110));
    }
  });

  it('is larger by THROTTLE_SCALE', () => {
    expect(takeAll(new UserBudgets(links[0]!, 'signaling', 3, () => nowMs))).toBe(30);
  });

  it('is another service’s on the same Redis neither', async () => {
    takeAll(one);
    await one.tell();
    const other = new UserBudgets(links[0]!, 'messaging-gateway', 1, () => nowMs);
    other.take(ALICE, 'sends', RATE);
    await other.tell();
    expect(takeAll(other)).toBe(9);
  });

  it('leaves nothing in Redis that does not go by itself', async () => {
    takeAll(one);
    await one.tell();
    const keys = await links[0]!.commands.keys('*');
    expect(keys).toHaveLength(1);
    expect(await links[0]!.commands.pttl(keys[0]!)).toBeGreaterThan(0);
  });

  it('counts here alone while Redis is away', async () => {
    await redis.pause();
    try {
      expect(takeAll(one)).toBe(10);
      await one.tell();
      expect(one.take(ALICE, 'sends', RATE)).toBe(10);
      expect(takeAll(two)).toBe(10);
    } finally {
      await redis.resume();
    }
  });
});

import { EventLog } from '../../src/logging/event-log.js';
import { RedisLink } from '../../src/redis-io/redis-link.js';
import { RedisThrottleStorage } from '../../src/throttle/redis-throttle-storage.js';
import { RedisServer } from '../../src/testing/redis-server.js';

jest.setTimeout(60_000);

const log = new EventLog({ service: 'test', replicaId: 'test', level: 'silent' });

describe('the link to Redis', () => {
  const links: RedisLink[] = [];
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await RedisServer.start();
  });

  afterEach(() => {
    for (const link of links.splice(0)) link.close();
  });

  afterAll(async () => {
    await redis.stop();
  });

  function open(): RedisLink {
    const link = new RedisLink(redis.url, log);
    links.push(link);
    return link;
  }

  async function until(condition: () => boolean, withinMs = 10_000): Promise<void> {
    for (const end = Date.now() + withinMs; !condition() && Date.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(condition()).toBe(true);
  }

  it('hears what is published, also after an outage, and says when it is back', async () => {
    const [alice, bob] = [open(), open()];
    const heard: string[] = [];
    let restored = 0;
    bob.subscribe('notes', (message) => heard.push(message));
    bob.onRestored(() => restored++);
    expect(await Promise.all([alice.settled(3_000), bob.settled(3_000)])).toEqual([true, true]);
    await until(() => {
      alice.publish('notes', 'one');
      return heard.includes('one');
    });
    await redis.pause();
    await until(() => !alice.isReady && !bob.isReady);
    alice.publish('notes', 'lost');
    await expect(alice.commands.get('x')).rejects.toThrow();
    await redis.resume();
    await until(() => restored === 1 && alice.isReady);
    alice.publish('notes', 'two');
    await until(() => heard.includes('two'));
    expect(heard).not.toContain('lost');
    expect(restored).toBe(1);
  });

  it('takes a Redis that does not answer for one that is away, and finds it again', async () => {
    const link = open();
    let restored = false;
    link.onRestored(() => (restored = true));
    await link.settled(3_000);
    redis.freeze();
    try {
      const began = performance.now();
      await expect(link.commands.get('x')).rejects.toThrow();
      expect(performance.now() - began).toBeLessThan(4_000);
      await until(() => !link.isReady);
      link.publish('notes', 'into the void');
    } finally {
      redis.thaw();
    }
    await until(() => restored);
    expect(await link.commands.get('x')).toBeNull();
  });

  it('may be closed at the very moment in which it takes up its channels again', async () => {
    const link = open();
    for (const channel of ['one', 'two']) link.subscribe(channel, () => undefined);
    await link.subscriptions.ssubscribe('three');
    await link.settled(3_000);
    const unheard: unknown[] = [];
    const hear = (reason: unknown) => unheard.push(reason);
    process.on('unhandledRejection', hear);
    try {
      await redis.pause();
      const again = new Promise<void>((resolve) => {
        link.subscriptions.once('ready', () => {
          redis.freeze();
          link.close();
          resolve();
        });
      });
      await redis.resume();
      await again;
      await until(() => link.subscriptions.status === 'end');
      // Node tells of a rejection that nobody hears after the microtasks of its turn.
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      expect(unheard).toEqual([]);
    } finally {
      process.off('unhandledRejection', hear);
      redis.thaw();
    }
  });

  it('lets a service start without Redis', async () => {
    await redis.pause();
    try {
      const link = open();
      expect(await link.settled(200)).toBe(false);
      link.subscribe('notes', () => undefined);
      link.publish('notes', 'lost');
    } finally {
      await redis.resume();
    }
    await until(() => links[0]?.isReady === true);
  });

  it('counts hits for all replicas together, in memory while Redis is away', async () => {
    const [one, other] = [open(), open()];
    await Promise.all([one.settled(3_000), other.settled(3_000)]);
    const storages = [new RedisThrottleStorage(one), new RedisThrottleStorage(other)];
    const hit = (index: number) => storages[index]!.increment('key', 60_000, 2, 60_000, 'default');
    expect(await hit(0)).toMatchObject({ totalHits: 1, isBlocked: false });
    expect(await hit(1)).toMatchObject({ totalHits: 2, isBlocked: false });
    expect(await hit(0)).toMatchObject({ totalHits: 3, isBlocked: true, timeToBlockExpire: expect.any(Number) });
    await redis.pause();
    try {
      await until(() => !one.isReady && !other.isReady);
      expect(await hit(0)).toMatchObject({ totalHits: 1, isBlocked: false });
    } finally {
      await redis.resume();
      for (const storage of storages) storage.close();
    }
    await until(() => one.isReady && other.isReady);
  });
});

import { Redis } from 'ioredis';
import { startService, type RunningService } from '../../src/bootstrap/run-service.js';
import { RedisLink } from '../../src/redis-io/redis-link.js';
import { RedisServer } from '../../src/testing/redis-server.js';
import { serviceEnvironment, TEST_ORIGIN } from '../../src/testing/service-environment.js';
import { temporaryFolder } from '../../src/testing/temporary-folder.js';
import { TestSecrets } from '../../src/testing/test-secrets.js';
import { notesService } from './notes-service.js';

jest.setTimeout(60_000);

const [ALICE, BOB] = ['a'.repeat(32), 'c'.repeat(32)];

describe('limits of requests, over two replicas,', () => {
  const folder = temporaryFolder();
  const secrets = new TestSecrets();
  let redis: RedisServer;
  let looker: Redis;
  let replicas: RunningService[];

  beforeAll(async () => {
    redis = await RedisServer.start();
    looker = new Redis(redis.url);
    looker.on('error', () => undefined);
    const start = (replicaId: string) =>
      startService(
        notesService,
        serviceEnvironment({
          storeFile: folder.file(`${replicaId}.db`),
          redisUrl: redis.url,
          secrets,
          replicaId,
          extra: { THROTTLE_SCALE: '1' },
        }),
      );
    replicas = [await start('signaling-1'), await start('signaling-2')];
  });

  afterAll(async () => {
    looker.disconnect();
    for (const replica of replicas) await replica.stop();
    await redis.stop();
    secrets.remove();
    folder.remove();
  });

  beforeEach(() => looker.flushall());

  let turn = 0;
  /** The next replica is asked each time. */
  const ask = async (path: string, address: string, userId?: string): Promise<number> => {
    const cookie = userId === undefined ? '' : `sc-access=${await secrets.accessToken({ userId })}`;
    const response = await fetch(`${replicas[turn++ % 2]?.publicUrl ?? ''}${path}`, {
      headers: { origin: TEST_ORIGIN, cookie, 'x-forwarded-for': address },
    });
    await response.text();
    return response.status;
  };
  const times = async (count: number, one: (time: number) => Promise<number>) => {
    const statuses: number[] = [];
    for (let time = 0; time < count; time++) statuses.push(await one(time));
    return statuses;
  };

  it('count an address once for all replicas', async () => {
    expect(await times(5, () => ask('/api/notes/rare', '192.0.2.1'))).toEqual([200, 200, 200, 429, 429]);
    expect(await ask('/api/notes/rare', '192.0.2.2')).toBe(200);
  });

  it('count all of the addresses that an IPv6 host may take', async () => {
    const one = (time: number) => ask('/api/notes/rare', `2001:db8:1:2::${String(time)}`);
    expect(await times(5, one)).toEqual([200, 200, 200, 429, 429]);
    expect(await ask('/api/notes/rare', '2001:db8:1:3::1')).toBe(200);
  });

  it('count an account, whatever its addresses', async () => {
    const one = (time: number) => ask('/api/notes/scarce', `192.0.2.${String(time)}`, ALICE);
    expect(await times(5, one)).toEqual([200, 200, 200, 429, 429]);
    expect(await ask('/api/notes/scarce', '192.0.2.1', BOB)).toBe(200);
  });

  it('let many people be at one address, and not endlessly many', async () => {
    const statuses = await times(34, (time) =>
      ask('/api/notes/scarce', '192.0.2.1', time.toString(16).padStart(32, '0')),
    );
    expect(statuses.lastIndexOf(200)).toBe(29);
    expect(statuses.slice(30)).toEqual([429, 429, 429, 429]);
  });

  it('count those who are not who they say by their address', async () => {
    expect(await ask('/api/notes/scarce', '192.0.2.1')).toBe(401);
    const statuses = await times(30, () => ask('/api/notes/scarce', '192.0.2.1'));
    expect(statuses.at(-1)).toBe(429);
  });

  it('keep no address in Redis, and nothing for longer than it counts', async () => {
    await ask('/api/notes/rare', '192.0.2.77');
    await ask('/api/notes/scarce', '192.0.2.77', ALICE);
    const keys = await looker.keys('*');
    expect(keys.length).toBeGreaterThanOrEqual(3);
    for (const key of keys) {
      expect(key).not.toContain('192.0.2');
      expect(await looker.pttl(key)).toBeGreaterThan(0);
      expect(await looker.get(key)).not.toContain('192.0.2');
    }
  });

  it('count in each replica by itself while Redis is away: neither open nor closed', async () => {
    await redis.pause();
    try {
      const statuses = await times(10, () => ask('/api/notes/rare', '192.0.2.9'));
      expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 429, 429, 429, 429]);
    } finally {
      await redis.resume();
      for (const replica of replicas) await replica.app.get(RedisLink).settled(5_000);
    }
  });
});

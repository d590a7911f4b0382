import { setImmediate } from 'node:timers/promises';
import { StatisticsAnswer } from '@secureconnect/contracts/statistics';
import { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import { ALICE } from '../people.js';
import { AdminWorld, eventually } from './admin-world.js';

const HOUR_MS = 3_600_000;

const USERS = { open: 7, banned: 1, deleted: 2, days: [{ dayAtMs: 1_795_046_400_000, joined: 3 }] };
const CREDITS = {
  ...{ issued: 5_000, spent: 120, held: 3 },
  topups: { waiting: 2, amount: 700, oldestAtMs: 1_795_000_000_000 },
  hours: [{ hourAtMs: 1_795_050_000_000, messages: 90, groupMessages: 5, calls: 5, issued: 500, spent: 120 }],
};

describe('the statistics', () => {
  let world: AdminWorld;

  beforeAll(async () => {
    world = await AdminWorld.open();
    world.auth.answer = () => ({ status: 200 });
    await world.claim(ALICE, world.bootstrapToken);
    await eventually(
      () => world.auth.asked.length,
      (told) => told === 1,
    );
    const { commands } = world.service.app.get(RedisLink);
    while ((await commands.exists('sc:standing:admin:test-1')) === 0) await setImmediate();
  });
  afterAll(async () => {
    await world.close();
  });
  beforeEach(() => {
    world.auth.asked.splice(0);
    world.credits.asked.splice(0);
    world.auth.answer = () => ({ status: 200, body: USERS });
    world.credits.answer = () => ({ status: 200, body: CREDITS });
  });

  async function now(): Promise<StatisticsAnswer> {
    const { status, body } = await world.ask(ALICE, '/api/admin/statistics');
    expect(status).toBe(200);
    return StatisticsAnswer.parse(body);
  }

  it('say what auth and credits count, and how each replica is', async () => {
    const { users, credits, replicas, atMs } = await now();
    expect({ users, credits }).toEqual({ users: USERS, credits: CREDITS });
    expect(replicas).toMatchObject([
      { service: 'admin', status: 'ok', checks: { redis: 'ok', store: 'ok' }, connections: null },
    ]);
    expect(replicas![0]!.storeBytes).toBeGreaterThan(4_000);
    expect(Math.abs(atMs - Date.now())).toBeLessThan(60_000);
  });

  it('ask for a week of whole hours and a month of whole days, and for nothing of anybody', async () => {
    const { atMs } = await now();
    const [asked] = world.credits.asked;
    expect(asked).toMatchObject({ path: '/internal/statistics', body: { fromMs: expect.any(Number) as number } });
    const { fromMs } = asked!.body as { fromMs: number };
    expect(fromMs % HOUR_MS).toBe(0);
    expect(Math.floor((atMs - fromMs) / HOUR_MS)).toBe(167);
    const days = world.auth.asked[0]!.body as { fromMs: number };
    expect(days.fromMs % (24 * HOUR_MS)).toBe(0);
    expect(Math.floor((atMs - days.fromMs) / (24 * HOUR_MS))).toBe(30);
  });

  it('are shown without the part that does not answer, or answers something else', async () => {
    world.auth.answer = () => ({ status: 503 });
    expect(await now()).toMatchObject({ users: null, credits: CREDITS });
    world.auth.answer = () => ({ status: 200, body: USERS });
    world.credits.answer = () => ({ status: 503 });
    expect(await now()).toMatchObject({ users: USERS, credits: null });
  });

  it('list nobody who was killed, or who lies about the form', async () => {
    const { commands } = world.service.app.get(RedisLink);
    await commands.sadd('sc:standing:replicas', 'auth:auth-1', 'signaling:signaling-9');
    await commands.set('sc:standing:signaling:signaling-9', '{"service":"<script>"}');
    const { replicas } = await now();
    expect(replicas!.map(({ replicaId }) => replicaId)).toEqual(['test-1']);
    expect(await commands.smembers('sc:standing:replicas')).not.toContain('auth:auth-1');
  });

  it('say that Redis does not answer, and the rest', async () => {
    await world.redis.pause();
    expect(await now()).toMatchObject({ users: USERS, credits: CREDITS, replicas: null });
    await world.redis.resume();
  });
});

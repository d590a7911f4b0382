import type { RunningService } from '@secureconnect/platform/bootstrap/run-service';
import { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import { Redis } from 'ioredis';
import { letter, person, type Person } from '../letters.js';
import { GatewayWorld, until, type Device } from './gateway-world.js';

// Leases run out in their own time, and a busy machine is slow besides.
jest.setTimeout(90_000);

describe('presence across replicas', () => {
  let world: GatewayWorld;
  let first: RunningService;
  let second: RunningService;

  beforeEach(async () => {
    world = await GatewayWorld.open();
    [first, second] = await Promise.all([world.start('gateway-1'), world.start('gateway-2')]);
  });
  afterEach(() => world.close());

  /** alice on the first replica shows presence and has written to bob, who is on the second. */
  async function pair() {
    const [alice, bob] = [person(), person()];
    const atAlice = await world.connect(first, alice);
    const atBob = await world.connect(second, bob);
    await atAlice.ask('conversation:open', { peerUserId: bob.userId });
    await atAlice.ask('message:send', { envelope: letter(alice, bob) });
    return { alice, bob, atAlice, atBob };
  }
  const show = (device: Device, visible = true) => device.ask('presence:set', { visible });
  const watch = (device: Device, ...people: Person[]) =>
    device.ask('presence:watch', { userIds: people.map(({ userId }) => userId) });
  /** bob watches and has heard that alice is there: whatever he hears from here on is news. */
  const watched = async (alice: Person, atAlice: Device, atBob: Device) => {
    await watch(atBob, alice);
    await show(atAlice);
    await atBob.waitFor('presence:changed');
    atBob.heard.length = 0;
  };
  const online = ({ userId }: Person) => ({ userId, online: true, lastSeenAtMs: null });
  const lastChange = (device: Device) => device.of('presence:changed').at(-1);

  it('is off until the user chooses it; then those hear it at once whom the user has written to', async () => {
    const { alice, bob, atAlice, atBob } = await pair();
    await show(atBob);
    expect(await watch(atBob, alice)).toEqual({ ok: true, present: [] });
    expect(await show(atAlice)).toEqual({ ok: true });
    await atBob.waitFor('presence:changed', 1, 1_000);
    expect(lastChange(atBob)).toEqual(online(alice));
    expect(await watch(atBob, alice, person())).toEqual({ ok: true, present: [online(alice)] });
    // bob has not written to alice: alice learns nothing, though bob shows presence.
    expect(await watch(atAlice, bob)).toEqual({ ok: true, present: [] });
    await atBob.ask('message:send', { envelope: letter(bob, alice) });
    await atAlice.waitFor('presence:changed', 1, 3_000);
    expect(lastChange(atAlice)).toEqual(online(bob));
  });

  it('says hidden at once when it is switched off, and keeps no time', async () => {
    const { alice, atAlice, atBob } = await pair();
    await watched(alice, atAlice, atBob);
    expect(world.rows('SELECT * FROM presence')).toHaveLength(1);
    await show(atAlice, false);
    await atBob.waitFor('presence:changed', 1, 1_000);
    expect(atBob.of('presence:changed')).toEqual([{ userId: alice.userId, hidden: true }]);
    expect(world.rows('SELECT * FROM presence')).toEqual([]);
    atAlice.socket.disconnect();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(world.rows('SELECT * FROM presence')).toEqual([]);
    expect(atBob.of('presence:changed')).toHaveLength(1);
  });

  it('tells the minute when the last of the devices went, and nothing of a page that is loaded anew, and who came back', async () => {
    const { alice, atAlice, atBob } = await pair();
    await watched(alice, atAlice, atBob);
    const phone = await world.connect(second, alice);
    atAlice.socket.disconnect();
    const again = await world.connect(first, alice);
    phone.socket.disconnect();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    // That she is there may be said again; never that she went.
    const gone = () => atBob.of('presence:changed').filter(({ online: isThere }) => isThere !== true);
    expect(gone()).toEqual([]);
    again.socket.disconnect();
    await until(() => gone().length === 1, 10_000, 'bob is told that alice went');
    const change = gone()[0] as { online: boolean; lastSeenAtMs: number };
    expect(change).toMatchObject({ userId: alice.userId, online: false });
    expect(change.lastSeenAtMs % 60_000).toBe(0);
    expect(Date.now() - change.lastSeenAtMs).toBeLessThan(120_000);
    // A replica that no round has met yet is believed at once, too.
    const redis = new Redis(world.redis.url);
    const move = { process: 'gateway-3', userId: alice.userId, move: 'here' };
    await redis.publish('messaging:presence:moved', JSON.stringify(move));
    await redis.quit();
    const isBack = () => atBob.of('presence:changed').slice(atBob.of('presence:changed').indexOf(gone()[0]!));
    await until(
      () => isBack().some(({ online: isThere }) => isThere === true),
      10_000,
      'bob is told that alice is back',
    );
  });

  it('knows within ten seconds that the users of a dead replica are gone', async () => {
    const { alice, atAlice, atBob } = await pair();
    await watched(alice, atAlice, atBob);
    const began = performance.now();
    // As SIGKILL leaves it: nothing is renewed, nothing is taken back, nobody says goodbye.
    first.app.get(RedisLink).close();
    await atBob.waitFor('presence:changed', 1, 10_000);
    expect(lastChange(atBob)).toMatchObject({ userId: alice.userId, online: false });
    expect(performance.now() - began).toBeGreaterThan(1_000);
  });

  it('does not take those for gone who come back on another replica when theirs dies', async () => {
    const { alice, atAlice, atBob } = await pair();
    await watched(alice, atAlice, atBob);
    first.app.get(RedisLink).close();
    atAlice.socket.disconnect();
    await world.connect(second, alice);
    await new Promise((resolve) => setTimeout(resolve, 9_500));
    expect(atBob.of('presence:changed')).toEqual([]);
  });

  it('survives that Redis loses everything, and that it is away, without a false word', async () => {
    const { alice, atAlice, atBob } = await pair();
    await watched(alice, atAlice, atBob);
    const redis = new Redis(world.redis.url);
    await redis.flushall();
    await redis.quit();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await world.redis.pause();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await world.redis.resume();
    await atBob.waitFor('sync:hint', 1, 20_000);
    await new Promise((resolve) => setTimeout(resolve, 9_000));
    expect(atBob.of('presence:changed')).toEqual([]);
    atAlice.socket.disconnect();
    await until(() => atBob.of('presence:changed').length > 0, 20_000, 'bob hears that alice left');
  });
});

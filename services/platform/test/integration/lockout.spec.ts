import { EventLog } from '../../src/logging/event-log.js';
import { Secret } from '../../src/config/secret.js';
import { RedisLink } from '../../src/redis-io/redis-link.js';
import { RedisServer } from '../../src/testing/redis-server.js';
import { AddressMarks } from '../../src/throttle/address-marks.js';
import { Lockout, TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS } from '../../src/throttle/lockout.js';

jest.setTimeout(60_000);

describe.each(['with Redis', 'while Redis is away'])('the lock-out, %s,', (mode) => {
  const isAway = mode !== 'with Redis';
  let redis: RedisServer;
  let links: RedisLink[];
  let here: Lockout;
  /** Another replica; while Redis is away each counts for itself. */
  let there: Lockout;
  let names = 0;
  let name: string;
  let nowMs = Date.now();

  beforeAll(async () => {
    redis = await RedisServer.start();
    const log = new EventLog({ service: 'auth', replicaId: 'auth-1', level: 'silent' });
    links = [new RedisLink(redis.url, log), new RedisLink(redis.url, log)];
    for (const link of links) await link.settled(5_000);
    const marks = new AddressMarks(new Secret('key'));
    const [one, two] = links.map((link) => new Lockout(link, marks, 1, () => nowMs)) as [Lockout, Lockout];
    here = one;
    there = isAway ? one : two;
    if (isAway) await redis.pause();
  });

  afterAll(async () => {
    for (const link of links) link.close();
    await redis.stop();
  });

  beforeEach(() => {
    name = `alice${String(++names)}`;
  });

  /** An address of a network that nobody else uses here. */
  const address = (network = 0, host = 1) => `10.${String(names)}.${String(network)}.${String(host)}`;
  const by = (from: string) => ({ name, address: from });
  const wrong = async (lockout: Lockout, from: string): Promise<number> => {
    const wait = await lockout.begin(by(from));
    if (wait === 0) await lockout.failed(by(from));
    return wait;
  };
  const wrongTimes = async (times: number, from: string) => {
    const waits = [];
    for (let time = 0; time < times; time++) waits.push(await wrong(time % 2 === 0 ? here : there, from));
    return waits;
  };
  /** As if so much time had gone by. */
  const elapse = async (ms: number) => {
    nowMs += ms;
    if (isAway) return;
    for (const key of await links[0]!.commands.keys('lockout:*')) {
      const until = await links[0]!.commands.hget(key, 'until');
      if (until !== null) await links[0]!.commands.hset(key, 'until', Number(until) - ms);
    }
  };

  it('lets five wrong tries through, then none for 30 seconds, on every replica', async () => {
    expect(await wrongTimes(5, address())).toEqual([0, 0, 0, 0, 0]);
    for (const lockout of [here, there]) {
      const wait = await lockout.begin(by(address()));
      expect(wait).toBeGreaterThan(28);
      expect(wait).toBeLessThanOrEqual(30);
    }
  });

  it('doubles the wait with every try after that, up to 15 minutes', async () => {
    await wrongTimes(5, address());
    const waits = [];
    for (let round = 0; round < 7; round++) {
      const wait = await there.begin(by(address()));
      waits.push(Math.round(wait / 10) * 10);
      await elapse(wait * 1000 + 10);
      expect(await wrong(here, address())).toBe(0);
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 900, 900]);
  });

  it('lets no more through when they come all at once', async () => {
    const waits = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? here : there).begin(by(address()))),
    );
    expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
  });

  it('does not wait longer for those who knock meanwhile', async () => {
    await wrongTimes(5, address());
    await wrongTimes(20, address());
    expect(await here.begin(by(address()))).toBeLessThanOrEqual(30);
  });

  it('forgets the name’s wrong tries with a right one', async () => {
    await wrongTimes(4, address());
    expect(await here.begin(by(address()))).toBe(0);
    await here.succeeded(by(address()));
    expect(await wrongTimes(5, address())).toEqual([0, 0, 0, 0, 0]);
  });

  it('takes back a try that could not be looked at', async () => {
    for (let time = 0; time < 30; time++) {
      expect(await here.begin(by(address()))).toBe(0);
      await there.takeBack(by(address()));
    }
  });

  it('keeps a stranger out without keeping out the owner, who is elsewhere', async () => {
    await wrongTimes(5, address(1));
    expect(await here.begin(by(address(1)))).toBeGreaterThan(0);
    expect(await here.begin(by(address(2)))).toBe(0);
  });

  it('keeps strangers out who change networks, and still not the owner where the owner has been before', async () => {
    await here.know(by(address(200)));
    const tries = [];
    for (let network = 0; network < TRIES_PER_ACCOUNT; network++) tries.push(await wrong(here, address(network)));
    expect(tries.every((wait) => wait === 0)).toBe(true);
    expect(await there.begin(by(address(201)))).toBeGreaterThan(0);
    expect(await there.begin(by(address(200, 9)))).toBe(0);
  });

  it('keeps out an address that tries one name after the other; a right one of its own clears nothing', async () => {
    const from = address(3);
    for (let other = 0; other < TRIES_PER_ADDRESS - 1; other++) {
      const trier = { name: `${name}-${String(other)}`, address: from };
      expect(await here.begin(trier)).toBe(0);
      await here.failed(trier);
    }
    const own = { name: `${name}-mallory`, address: from };
    expect(await there.begin(own)).toBe(0);
    await there.succeeded(own);
    const last = { name: `${name}-last`, address: from };
    expect(await here.begin(last)).toBe(0);
    await here.failed(last);
    expect(await there.begin({ name: `${name}-next`, address: from })).toBeGreaterThan(0);
    expect(await there.begin({ name: `${name}-next`, address: address(4) })).toBe(0);
  });

  if (!isAway)
    it('writes no address and no name into Redis, and nothing that stays', async () => {
      await wrongTimes(6, address());
      await here.know(by(address()));
      const { commands } = links[0]!;
      const keys = await commands.keys('*');
      expect(keys.length).toBeGreaterThan(3);
      for (const key of keys) {
        expect(key).not.toContain(address().slice(0, 5));
        expect(key).not.toContain(name);
        expect(await commands.pttl(key)).toBeGreaterThan(0);
      }
    });
});

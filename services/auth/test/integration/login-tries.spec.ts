import { Redis } from 'ioredis';
import { BcryptThreads } from '../../src/accounts/bcrypt-threads.js';
import { randomSecret } from '../person.js';
import { AuthUnderTest, type Answer, type Browser } from './auth-under-test.js';
import { Owner } from './ownership-under-test.js';

jest.setTimeout(120_000);

const compare = jest.spyOn(BcryptThreads.prototype, 'compare');

describe('whoever is wrong five times', () => {
  let under: AuthUnderTest;
  let redis: Redis;
  let alice: Owner;
  let names = 0;

  beforeAll(async () => {
    under = await AuthUnderTest.start({ THROTTLE_SCALE: '1' });
    redis = new Redis(under.redis.url);
  });

  afterAll(async () => {
    redis.disconnect();
    await under.stop();
  });

  beforeEach(async () => {
    await redis.flushall();
    alice = await Owner.registered(under, `alice${String(++names)}`);
  });

  /** A request that comes from there: nginx, which is trusted, says so. */
  const from = (address: string, path: string, body: unknown, browser: Browser = under.browser(), method = 'POST') =>
    browser.ask(method, path, body, { 'x-forwarded-for': address });
  const guess = (username: string, address: string) => from(address, 'login', { username, authSecret: randomSecret() });
  const right = (address: string) =>
    from(address, 'login', { username: alice.person.username, authSecret: alice.person.authSecret });
  const wrongTimes = async (times: number, username: string, address: string): Promise<void> => {
    for (let time = 0; time < times; time++)
      expect(await guess(username, address)).toMatchObject({ status: 401, body: { code: 'credentials-refused' } });
  };
  const lockedOut = (answer: Answer) => {
    expect(answer).toMatchObject({ status: 429, body: { code: 'locked-out' }, setCookies: [] });
    expect(answer.body.retryAfterSeconds).toBeGreaterThan(25);
    expect(answer.body.retryAfterSeconds).toBeLessThanOrEqual(30);
  };

  it('waits 30 seconds, with the right password too, and nothing is checked meanwhile', async () => {
    await wrongTimes(5, alice.person.username, '198.51.100.1');
    compare.mockClear();
    lockedOut(await guess(alice.person.username, '198.51.100.1'));
    lockedOut(await right('198.51.100.1'));
    expect(compare).not.toHaveBeenCalled();
  });

  it('waits the same for a name that nobody has, in the same words, after the same work', async () => {
    const seen: unknown[] = [];
    for (const username of [alice.person.username, `nobody${String(names)}`]) {
      const answers = [];
      for (let time = 0; time < 7; time++) {
        compare.mockClear();
        const { status, body } = await guess(username, '198.51.100.1');
        answers.push({ status, code: body.code as string, comparisons: compare.mock.calls.length });
      }
      seen.push(answers);
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[0]).toEqual([
      ...Array.from({ length: 5 }, () => ({ status: 401, code: 'credentials-refused', comparisons: 1 })),
      ...Array.from({ length: 2 }, () => ({ status: 429, code: 'locked-out', comparisons: 0 })),
    ]);
  });

  it('by whatever way: password, recovery key, code, proof at a signed-in device', async () => {
    const { username } = alice.person;
    const address = '198.51.100.1';
    const fresh = await alice.person.anew();
    const reset = (proof: object) => fresh.reset(proof as never, alice.bundle);
    await guess(username, address);
    await from(address, 'recover', { username, recoverySecret: randomSecret() });
    await from(address, 'reset', await reset({ resetCode: '0'.repeat(26) }));
    await from(address, 'reset/identity', { username, proof: { authSecret: randomSecret() } });
    const wrongProof = { proof: { authSecret: randomSecret() } };
    const answer = await from(address, 'password', await alice.passwordChange(wrongProof), alice.browser);
    expect(answer).toMatchObject({ status: 401, body: { code: 'credentials-refused' } });
    lockedOut(await right(address));
    lockedOut(await from(address, 'recover', { username, recoverySecret: randomSecret() }));
    lockedOut(await from(address, 'reset', await reset({ authSecret: alice.person.authSecret })));
    lockedOut(await from(address, 'reset/identity', { username, proof: { authSecret: alice.person.authSecret } }));
    lockedOut(await from(address, 'password', await alice.passwordChange(), alice.browser));
    lockedOut(await from(address, 'recovery', await alice.recovery(randomSecret()), alice.browser, 'PUT'));
  });

  it('does not keep the owner out, who is elsewhere', async () => {
    await wrongTimes(5, alice.person.username, '198.51.100.1');
    expect(await right('203.0.113.5')).toMatchObject({ status: 200 });
    // And what the owner does clears nothing of the stranger's.
    lockedOut(await right('198.51.100.1'));
  });

  it('or many strangers: not where the owner’s session was renewed', async () => {
    await from('203.0.113.5', 'refresh', {}, alice.browser);
    for (let stranger = 0; stranger < 20; stranger++)
      await guess(alice.person.username, `198.51.${String(stranger)}.1`);
    lockedOut(await right('192.0.2.1'));
    expect(await right('203.0.113.77')).toMatchObject({ status: 200 });
  });

  it('begins anew after a right one', async () => {
    await wrongTimes(4, alice.person.username, '198.51.100.1');
    expect(await right('198.51.100.1')).toMatchObject({ status: 200 });
    await wrongTimes(5, alice.person.username, '198.51.100.1');
    lockedOut(await right('198.51.100.1'));
  });

  it('gets five guesses checked, not more, when all come at once', async () => {
    compare.mockClear();
    const answers = await Promise.all(Array.from({ length: 25 }, () => guess(alice.person.username, '198.51.100.1')));
    expect(compare.mock.calls).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  });

  it('is counted here while Redis is away', async () => {
    await under.redis.pause();
    try {
      await wrongTimes(5, alice.person.username, '198.51.100.1');
      lockedOut(await right('198.51.100.1'));
      expect(await right('203.0.113.5')).toMatchObject({ status: 200 });
    } finally {
      await under.redis.resume();
    }
  });
});

import { Person } from '../person.js';
import { AuthUnderTest } from './auth-under-test.js';
import { Hints, inStore, Owner } from './ownership-under-test.js';

jest.setTimeout(120_000);

const REASON = 'Advertising to strangers';

describe('a ban', () => {
  let under: AuthUnderTest;
  let hints: Hints;

  beforeAll(async () => {
    under = await AuthUnderTest.start();
    hints = await Hints.of(under.redis.url);
  });
  afterAll(async () => {
    hints.close();
    await under.stop();
  });

  let names = 0;
  const owner = async () => Owner.registered(under, `banned${String(++names)}`);
  const internal = (
    path: string,
    body: unknown,
    caller: 'admin' | 'credits' | 'messaging-gateway' | 'signaling' = 'admin',
  ) => under.internal(`/internal/users/${path}`, body, caller);
  const ban = (userId: string, untilMs: number | null = null) => internal('ban', { userId, reason: REASON, untilMs });
  const refusedFor = (untilMs: number | null) => ({
    status: 403,
    body: { code: 'account-banned', ban: { reason: REASON, untilMs } },
  });

  it('ends the sessions, and says why and until when to whoever holds their tokens or the password', async () => {
    const alice = await owner();
    const { userId } = alice.person;
    const untilMs = Date.now() + 86_400_000;
    expect(await ban(userId, untilMs)).toMatchObject({ status: 200, body: {} });
    expect(await alice.browser.post('refresh')).toMatchObject(refusedFor(untilMs));
    expect(await under.browser().login(alice.person)).toMatchObject(refusedFor(untilMs));
    expect((await alice.browser.get('sessions')).status).toBe(401);
    while (!hints.ended.some((hint) => hint.userId === userId)) await hints.settle();
    expect(hints.ended.filter((hint) => hint.userId === userId)).toMatchObject([{ reason: 'banned' }]);
  });

  it('is told to nobody who does not know the password', async () => {
    const alice = await owner();
    await ban(alice.person.userId);
    const mallory = await Person.named('mallory-guesses');
    const answer = await under.browser().login({ username: alice.person.username, authSecret: mallory.authSecret });
    expect(answer).toMatchObject({ status: 401, body: { code: 'credentials-refused' } });
    expect(JSON.stringify(answer.body)).not.toContain(REASON);
  });

  it('ends by itself at its end, and nothing of the account is lost', async () => {
    const alice = await owner();
    await ban(alice.person.userId, Date.now() + 60_000);
    inStore(
      under,
      `UPDATE account SET banned_until_ms = ${String(Date.now() - 1)} WHERE user_id = ?`,
      alice.person.userId,
    );
    expect(await under.browser().login(alice.person)).toMatchObject({ status: 200 });
  });

  it('is taken back by an operator', async () => {
    const alice = await owner();
    await ban(alice.person.userId);
    expect(await internal('unban', { userId: alice.person.userId })).toMatchObject({ status: 200 });
    expect(await under.browser().login(alice.person)).toMatchObject({ status: 200 });
    // Sessions of before stay over.
    expect(await alice.browser.post('refresh')).toMatchObject({ status: 401, body: { code: 'session-ended' } });
  });

  it('stands in the table of users, and only while it is in force', async () => {
    const alice = await owner();
    const rowOf = async () => {
      const query = { search: alice.person.username, sort: 'joined', order: 'desc', page: 0, pageSize: 10 };
      return ((await internal('page', query)).body.users as Record<string, unknown>[])[0];
    };
    expect(await rowOf()).toMatchObject({ ban: null });
    await ban(alice.person.userId);
    expect(await rowOf()).toMatchObject({ ban: { reason: REASON, untilMs: null } });
    await internal('unban', { userId: alice.person.userId });
    expect(await rowOf()).toMatchObject({ ban: null });
  });

  it.each([
    ['without a reason', { reason: '', untilMs: null }],
    ['with a reason that is too long', { reason: 'x'.repeat(501), untilMs: null }],
    ['without an end', { reason: REASON }],
    ['with an end that is over', { reason: REASON, untilMs: 1 }],
    ['with more than that', { reason: REASON, untilMs: null, deleteKeys: true }],
  ])('is refused %s', async (_, body) => {
    const alice = await owner();
    const { userId } = alice.person;
    expect(await internal('ban', { userId, ...body })).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    });
    expect(await alice.browser.post('refresh')).toMatchObject({ status: 200 });
  });

  it('is refused for nobody, and to every caller but admin', async () => {
    expect(await ban('f'.repeat(32))).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await internal('unban', { userId: 'f'.repeat(32) })).toMatchObject({ status: 404 });
    const alice = await owner();
    for (const caller of ['credits', 'messaging-gateway', 'signaling'] as const) {
      const body = { userId: alice.person.userId, reason: REASON, untilMs: null };
      expect(await internal('ban', body, caller)).toMatchObject({ status: 403 });
    }
  });
});

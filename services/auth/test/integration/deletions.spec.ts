import { Person } from '../person.js';
import { AuthUnderTest } from './auth-under-test.js';
import { Hints, inStore, Owner } from './ownership-under-test.js';

jest.setTimeout(120_000);

describe('a deletion', () => {
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
  const owner = async () => Owner.registered(under, `deleted${String(++names)}`);
  const internal = (
    path: string,
    body: unknown,
    caller: 'admin' | 'credits' | 'messaging-gateway' | 'signaling' = 'admin',
  ) => under.internal(`/internal/users/${path}`, body, caller);
  const remove = ({ userId, username }: { userId: string; username: string }) =>
    internal('delete', { userId, username });

  it('ends the sessions, and nobody gets in any more, with the password neither', async () => {
    const alice = await owner();
    const { userId } = alice.person;
    expect(await remove(alice.person)).toMatchObject({ status: 200, body: {} });
    expect((await alice.browser.post('refresh')).status).not.toBe(200);
    expect((await alice.browser.get('sessions')).status).toBe(401);
    const answer = await under.browser().login(alice.person);
    expect(answer).toMatchObject({ status: 401, body: { code: 'credentials-refused' } });
    while (!hints.ended.some((hint) => hint.userId === userId)) await hints.settle();
  });

  it('leaves no vault, no address and no code, and keeps what others check signatures with', async () => {
    const [alice, bob] = [await owner(), await owner()];
    const { userId, username } = alice.person;
    await internal('reset-code', { userId, byUserId: bob.person.userId });
    await remove(alice.person);
    for (const table of ['vault', 'vault_item', 'reset_code']) {
      expect({ table, rows: inStore(under, `SELECT * FROM ${table} WHERE user_id = ?`, userId) }).toEqual({
        table,
        rows: [],
      });
    }
    expect(inStore(under, 'SELECT email, recovery_verifier FROM account WHERE user_id = ?', userId)).toEqual([
      { email: null, recovery_verifier: null },
    ]);
    expect(await bob.browser.get(`users/by-name/${username}`)).toMatchObject({ status: 200, body: { userId } });
  });

  it('gives the name to nobody else', async () => {
    const alice = await owner();
    await remove(alice.person);
    const mallory = await under.browser().register(await Person.named(alice.person.username));
    expect(mallory).toMatchObject({ status: 409, body: { code: 'username-taken' } });
  });

  it('is for ever: the account is not opened, closed, given a code or deleted again, and stands in no table', async () => {
    const alice = await owner();
    const { userId, username } = alice.person;
    await remove(alice.person);
    for (const [path, body] of [
      ['unban', { userId }],
      ['ban', { userId, reason: 'x', untilMs: null }],
      ['reset-code', { userId, byUserId: userId }],
      ['delete', { userId, username }],
    ] as const) {
      expect({ path, ...(await internal(path, body)) }).toMatchObject({
        path,
        status: 404,
        body: { code: 'not-found' },
      });
    }
    const query = { search: username, sort: 'joined', order: 'desc', page: 0, pageSize: 10 };
    expect((await internal('page', query)).body).toEqual({ users: [], total: 0 });
  });

  it('touches no public key, nor does anything else that admin can ask for', async () => {
    const alice = await owner();
    const { userId, username } = alice.person;
    const keys = () =>
      ['bundle', 'device', 'revocation'].map((table) =>
        inStore(under, `SELECT * FROM ${table} WHERE user_id = ?`, userId),
      );
    const before = keys();
    for (const [path, body] of [
      ['role', { userId, role: 'admin' }],
      ['reset-code', { userId, byUserId: userId }],
      ['ban', { userId, reason: 'x', untilMs: null }],
      ['unban', { userId }],
      ['lookup', { userIds: [userId] }],
      ['page', { search: '', sort: 'joined', order: 'desc', page: 0, pageSize: 10 }],
      ['delete', { userId, username }],
    ] as const) {
      expect({ path, ...(await internal(path, body)) }).toMatchObject({ path, status: 200 });
      expect({ path, keys: keys() }).toEqual({ path, keys: before });
    }
  });

  it('under another name than the account’s is refused, and nothing is touched', async () => {
    const [alice, bob] = [await owner(), await owner()];
    const answer = await internal('delete', { userId: alice.person.userId, username: bob.person.username });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', fields: ['username'] } });
    expect(await under.browser().login(alice.person)).toMatchObject({ status: 200 });
  });

  it('is asked by admin alone', async () => {
    const alice = await owner();
    const { userId, username } = alice.person;
    for (const caller of ['credits', 'messaging-gateway', 'signaling'] as const) {
      expect(await internal('delete', { userId, username }, caller)).toMatchObject({ status: 403 });
    }
    expect(await under.browser().login(alice.person)).toMatchObject({ status: 200 });
  });
});

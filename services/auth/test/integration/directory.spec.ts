import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PublicIdentity } from '@secureconnect/contracts/auth';
import { UsersLookupAnswer, UsersPageAnswer } from '@secureconnect/contracts/internal';
import { toBase64Url } from '@secureconnect/contracts/encoding';
import { LIMITS } from '@secureconnect/contracts/limits';
import Sqlite from 'better-sqlite3';
import { hex, Person } from '../person.js';
import { AuthUnderTest, type Browser } from './auth-under-test.js';

jest.setTimeout(60_000);

/** Stands in for the credits service: remembers whose accounts it was asked to open. */
class CreditsStandIn {
  readonly opened: string[][] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  refuse = false;
  private readonly server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      if (this.refuse) {
        response.writeHead(503).end();
        return;
      }
      this.headers.push(request.headers);
      this.opened.push((JSON.parse(text) as { userIds: string[] }).userIds);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  async toHave(userId: string, withinMs = 5_000): Promise<void> {
    const until = Date.now() + withinMs;
    while (!this.opened.flat().includes(userId)) {
      if (Date.now() > until) throw new Error('credits was not told');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

describe('what auth tells others', () => {
  const credits = new CreditsStandIn();
  let creditsUrl: string;
  let under: AuthUnderTest;
  let alice: Person;
  let bob: Person;
  let browser: Browser;

  beforeAll(async () => {
    creditsUrl = await credits.listen();
    under = await AuthUnderTest.start({ CREDITS_INTERNAL_URL: creditsUrl });
    alice = await Person.named('alice');
    bob = await Person.named('bob');
    browser = under.browser();
    await browser.register(alice);
    await under.browser().register(bob);
  });

  afterAll(async () => {
    await under.stop();
    credits.close();
  });

  describe('the directory', () => {
    it('finds a user by exact name and by id, bytes as they were published', async () => {
      const byName = PublicIdentity.parse((await browser.get('users/by-name/bob')).body);
      const byId = PublicIdentity.parse((await browser.get(`users/${bob.userId}`)).body);
      expect(byName).toEqual(byId);
      expect(byName).toMatchObject({ userId: bob.userId, username: 'bob', revocations: [] });
      expect(byName.bundles).toHaveLength(1);
      expect(byName.deviceCerts).toHaveLength(1);
      expect(JSON.stringify(byName)).not.toContain('example.org');
    });

    it('gives all devices of a user and the revocations', async () => {
      const cert = toBase64Url(await bob.deviceCert({ deviceId: hex() }));
      const other = under.browser();
      await other.login(bob);
      await other.post('devices', { deviceCert: cert });
      const identity = PublicIdentity.parse((await browser.get(`users/${bob.userId}`)).body);
      expect(identity.deviceCerts).toHaveLength(2);
      expect(identity.deviceCerts).toContain(cert);
    });

    it.each([
      ['users/by-name/nobody', 404, 'not-found'],
      ['users/by-name/bo', 400, 'invalid-request'],
      ['users/by-name/bo%25', 400, 'invalid-request'],
      ['users/by-name/BOB', 400, 'invalid-request'],
      [`users/${'f'.repeat(32)}`, 404, 'not-found'],
      [`users/${'F'.repeat(32)}`, 400, 'invalid-request'],
      ['users/1', 400, 'invalid-request'],
      ['users/by-name/%00', 400, 'invalid-request'],
      [`users/'; DROP TABLE account; --`, 400, 'invalid-request'],
    ])('answers %s with %d %s', async (path, status, code) => {
      expect(await browser.get(path)).toMatchObject({ status, body: { code } });
    });

    it('answers nobody who is not logged in', async () => {
      expect(await under.browser().get('users/by-name/bob')).toMatchObject({ status: 401 });
      expect(await under.browser().get(`users/${bob.userId}`)).toMatchObject({ status: 401 });
    });
  });

  describe('other services', () => {
    it('look users up by id; unknown ids are left out', async () => {
      const answer = await under.internal(
        '/internal/users/lookup',
        { userIds: [alice.userId, hex(), bob.userId, alice.userId] },
        'messaging-gateway',
      );
      const { users } = UsersLookupAnswer.parse(answer.body);
      expect(users.toSorted((a, b) => (a.username < b.username ? -1 : 1))).toEqual([
        { userId: alice.userId, username: 'alice', role: 'user', banned: false },
        { userId: bob.userId, username: 'bob', role: 'user', banned: false },
      ]);
    });

    it('page through users by search and order', async () => {
      const ask = async (query: object) =>
        UsersPageAnswer.parse(
          (
            await under.internal('/internal/users/page', {
              search: '',
              sort: 'username',
              order: 'asc',
              page: 0,
              pageSize: 50,
              ...query,
            })
          ).body,
        );
      expect(await ask({})).toMatchObject({
        total: 2,
        users: [{ username: 'alice', email: 'alice@example.org' }, { username: 'bob' }],
      });
      expect((await ask({ order: 'desc' })).users.map((user) => user.username)).toEqual(['bob', 'alice']);
      expect(await ask({ pageSize: 1, page: 1 })).toMatchObject({ total: 2, users: [{ username: 'bob' }] });
      expect(await ask({ search: 'AL' })).toMatchObject({ total: 1, users: [{ username: 'alice' }] });
      expect(await ask({ search: 'bob@' })).toMatchObject({ total: 1, users: [{ username: 'bob' }] });
      expect(await ask({ search: '%' })).toEqual({ users: [], total: 0 });
      expect(await ask({ search: '_lice' })).toEqual({ users: [], total: 0 });
      expect(await ask({ search: 'lice' })).toEqual({ users: [], total: 0 });
      expect(await ask({ page: 9 })).toMatchObject({ users: [], total: 2 });
    });

    it('set a role, which tokens carry from the next refresh on', async () => {
      expect(await under.internal('/internal/users/role', { userId: alice.userId, role: 'admin' })).toMatchObject({
        status: 200,
      });
      expect((await browser.post('refresh')).body.session.role).toBe('admin');
      expect(await under.internal('/internal/users/role', { userId: hex(), role: 'admin' })).toMatchObject({
        status: 404,
        body: { code: 'not-found' },
      });
      expect(await under.internal('/internal/users/role', { userId: alice.userId, role: 'user' })).toMatchObject({
        status: 200,
      });
    });

    it('ask which sessions still stand', async () => {
      const { sessionId } = (await browser.get('me')).body.session as { sessionId: string };
      const answer = await under.internal(
        '/internal/sessions/check',
        { sessionIds: [hex(), sessionId] },
        'messaging-gateway',
      );
      expect(answer.body).toEqual({ standing: [sessionId] });
    });

    it('are admitted route by route', async () => {
      for (const [path, caller] of [
        ['page', 'messaging-gateway'],
        ['role', 'credits'],
        ['role', 'signaling'],
      ] as const) {
        expect(await under.internal(`/internal/users/${path}`, {}, caller)).toMatchObject({
          status: 403,
          body: { code: 'forbidden' },
        });
      }
      expect(await under.internal('/internal/sessions/check', {}, 'credits')).toMatchObject({ status: 403 });
    });

    it.each([
      ['lookup', {}],
      ['lookup', { userIds: [] }],
      ['lookup', { userIds: ['x'] }],
      ['lookup', { userIds: Array.from({ length: 1_001 }, hex) }],
      ['page', { search: 'x'.repeat(101) }],
      ['role', { userId: 'x', role: 'user' }],
      ['role', { userId: 'a'.repeat(32), role: 'root' }],
    ])('are refused bad input: %s %#', async (path, body) => {
      expect(await under.internal(`/internal/users/${path}`, body)).toMatchObject({
        status: 400,
        body: { code: 'invalid-request' },
      });
    });
  });

  describe('credits', () => {
    it('hears of every new user', async () => {
      await credits.toHave(alice.userId);
      await credits.toHave(bob.userId);
      expect(credits.headers[0]?.authorization).toBe(under.secrets.authorization('auth'));
    });

    it('hears of those who registered while it was away, also across a restart of auth', async () => {
      credits.refuse = true;
      const carol = await Person.named('carol');
      expect(await under.browser().register(carol)).toMatchObject({ status: 200 });
      await new Promise((resolve) => setTimeout(resolve, 300));
      await under.restart({ CREDITS_INTERNAL_URL: creditsUrl });
      credits.refuse = false;
      await credits.toHave(carol.userId, 10_000);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const reader = new Sqlite(under.storeFile, { readonly: true });
      expect(reader.prepare('SELECT count(*) FROM outbox').pluck().get()).toBe(0);
      reader.close();
    });
  });

  describe('an account', () => {
    it('has room for as many devices as somebody makes in months, and then says so', async () => {
      const carol = await Person.named('carol-everywhere');
      const carols = under.browser();
      await carols.register(carol);
      const publish = async () =>
        carols.post('devices', { deviceCert: toBase64Url(await carol.deviceCert({ deviceId: hex() })) });
      for (let device = 1; device < LIMITS.devicesPerAccountMax; device++) {
        expect(await publish()).toMatchObject({ status: 200 });
      }
      expect(await publish()).toMatchObject({ status: 409, body: { code: 'too-many-devices' } });
      const identity = PublicIdentity.parse((await browser.get(`users/${carol.userId}`)).body);
      expect(identity.deviceCerts).toHaveLength(256);
    });
  });
});

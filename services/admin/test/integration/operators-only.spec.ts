import { AdminMe, UsersAnswer } from '@secureconnect/contracts/admin';
import type { UserId } from '@secureconnect/contracts/ids';
import Sqlite from 'better-sqlite3';
import { ALICE, BOB, CAROL, MALLORY } from '../people.js';
import { AdminWorld, eventually } from './admin-world.js';

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
}

/** The way to become the first operator, and what operators did to the caller. */
const FOR_EVERYBODY = ['POST /api/admin/bootstrap', 'GET /api/admin/audit/mine'];

const USER = (userId: UserId, username: string, role: 'user' | 'admin' = 'user') => ({
  userId,
  username,
  email: username === 'bob' ? null : `${username}@example.org`,
  role,
  joinedAtMs: 1_795_000_000_000,
  ban: null,
});

describe('what operators alone may do', () => {
  let world: AdminWorld;

  beforeAll(async () => {
    world = await AdminWorld.open();
    world.auth.answer = () => ({ status: 200 });
    await world.claim(ALICE, world.bootstrapToken);
    await eventually(
      () => world.auth.asked.length,
      (told) => told === 1,
    );
  });

  afterAll(async () => {
    await world.close();
  });

  beforeEach(() => {
    world.auth.asked.splice(0);
    world.credits.asked.splice(0);
    world.auth.answer = ({ path }) =>
      path === '/internal/users/page'
        ? {
            status: 200,
            body: { users: [USER(ALICE, 'alice'), USER(BOB, 'bob'), USER(MALLORY, 'mallory', 'admin')], total: 7 },
          }
        : { status: 200 };
    world.credits.answer = () => ({
      status: 200,
      body: {
        balances: [
          { userId: ALICE, available: 490, held: 3 },
          { userId: BOB, available: -4, held: 0 },
          { userId: MALLORY, available: 0, held: 0 },
        ],
      },
    });
  });

  /** Every route that the process answers, as `METHOD path`. */
  function allRoutes(): string[] {
    const express = world.service.app.getHttpAdapter().getInstance() as { router: { stack: readonly Layer[] } };
    return express.router.stack
      .flatMap(({ route }) =>
        route === undefined ? [] : Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`),
      )
      .sort();
  }

  it('is all that there is: no route makes, changes or reads a key, reads a message, or acts for a user', () => {
    expect(allRoutes()).toEqual([
      'GET /api/admin/audit',
      'GET /api/admin/audit/mine',
      'GET /api/admin/me',
      'GET /api/admin/operators',
      'GET /api/admin/registration',
      'GET /api/admin/statistics',
      'GET /api/admin/topups',
      'GET /api/admin/users',
      'GET /health/live',
      'GET /health/ready',
      'GET /internal/bootstrap-state',
      'GET /metrics',
      'POST /api/admin/bootstrap',
      'POST /api/admin/operators/:userId/appoint',
      'POST /api/admin/operators/:userId/dismiss',
      'POST /api/admin/registration',
      'POST /api/admin/topups/decisions',
      'POST /api/admin/users/:userId/adjust',
      'POST /api/admin/users/:userId/ban',
      'POST /api/admin/users/:userId/delete',
      'POST /api/admin/users/:userId/reset-code',
      'POST /api/admin/users/:userId/unban',
    ]);
  });

  it('is refused to everybody else on every route of the public port, whatever their token says', async () => {
    for (const route of allRoutes()) {
      if (FOR_EVERYBODY.includes(route)) continue;
      const [method, path] = route.split(' ') as [string, string];
      const isPublic = path.startsWith('/api/');
      const given = method === 'GET' ? { method } : { method, body: {} };
      for (const role of ['user', 'admin'] as const) {
        const answer = await world.ask(MALLORY, path, { ...given, role });
        expect({ route, role, ...answer }).toMatchObject(
          isPublic ? { status: 403, body: { code: 'forbidden' } } : { status: 404, body: { code: 'not-found' } },
        );
      }
      expect({ route, ...(await world.ask(null, path, given)) }).toMatchObject({ status: isPublic ? 401 : 404 });
      expect(world.auth.asked).toEqual([]);
      expect(world.credits.asked).toEqual([]);
    }
  });

  it('needs no admin role in the token, for it may be older than the grant', async () => {
    const answer = await world.ask(ALICE, '/api/admin/me', { role: 'user' });
    expect(AdminMe.parse(answer.body)).toEqual({ userId: ALICE, role: 'admin' });
  });

  it('ends with the next call when the role is taken', async () => {
    const raw = new Sqlite(world.storeFile);
    raw.exec(`INSERT INTO operator VALUES ('${CAROL}', 0)`);
    expect(await world.ask(CAROL, '/api/admin/me')).toMatchObject({ status: 200 });
    raw.exec(`DELETE FROM operator WHERE user_id = '${CAROL}'`);
    raw.close();
    expect(await world.ask(CAROL, '/api/admin/me', { role: 'admin' })).toMatchObject({ status: 403 });
  });

  it.each([
    ['an expired token', { lifetimeSeconds: -5 }],
    ['a token of another issuer', { issuer: 'mallory' }],
    ['a token of another audience', { audience: 'mallory' }],
  ])('is refused to the operator with %s', async (_, claims) => {
    const token = await world.secrets.accessToken({ userId: ALICE, role: 'admin', ...claims });
    const answer = await world.ask(null, '/api/admin/users', { headers: { cookie: `sc-access=${token}` } });
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  describe('the table of users', () => {
    it('joins who they are, what they can spend, and who operates, by admin’s own word', async () => {
      const answer = await world.ask(ALICE, '/api/admin/users');
      expect(UsersAnswer.parse(answer.body)).toEqual({
        users: [
          { ...USER(ALICE, 'alice'), role: 'admin', credits: 490 },
          { ...USER(BOB, 'bob'), role: 'user', credits: -4 },
          // auth believes otherwise; admin's table decides
          { ...USER(MALLORY, 'mallory'), role: 'user', credits: 0 },
        ],
        total: 7,
      });
      expect(world.credits.asked).toMatchObject([
        { path: '/internal/balances', authorization: world.secrets.authorization('admin') },
      ]);
    });

    it('asks auth for the page that was asked for', async () => {
      await world.ask(ALICE, '/api/admin/users?search=al&sort=username&order=asc&page=2&pageSize=10');
      await world.ask(ALICE, '/api/admin/users');
      expect(world.auth.asked.map(({ body }) => body)).toEqual([
        { search: 'al', sort: 'username', order: 'asc', page: 2, pageSize: 10 },
        { search: '', sort: 'joined', order: 'desc', page: 0, pageSize: 50 },
      ]);
    });

    it.each<[string, () => { status: number; body?: unknown }]>([
      ['is away', () => ({ status: 503 })],
      ['answers nonsense', () => ({ status: 200, body: { balances: 'plenty' } })],
    ])('shows no credits while credits %s', async (_, answer) => {
      world.credits.answer = answer;
      const { status, body } = await world.ask(ALICE, '/api/admin/users');
      expect(status).toBe(200);
      expect(UsersAnswer.parse(body).users.map((user) => user.credits)).toEqual([null, null, null]);
    });

    it('does not wait for credits longer than a second', async () => {
      world.credits.answer = () => new Promise(() => undefined);
      const began = performance.now();
      expect(await world.ask(ALICE, '/api/admin/users')).toMatchObject({ status: 200 });
      expect(performance.now() - began).toBeLessThan(2_000);
    });

    it('asks credits nothing about an empty page', async () => {
      world.auth.answer = () => ({ status: 200, body: { users: [], total: 7 } });
      expect((await world.ask(ALICE, '/api/admin/users?page=9')).body).toEqual({ users: [], total: 7 });
      expect(world.credits.asked).toEqual([]);
    });

    it.each<[string, () => { status: number; body?: unknown }]>([
      ['is away', () => ({ status: 503 })],
      ['answers nonsense', () => ({ status: 200, body: { users: [{ userId: 'alice' }], total: 1 } })],
    ])('is unavailable while auth %s', async (_, answer) => {
      world.auth.answer = answer;
      expect(await world.ask(ALICE, '/api/admin/users')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    });

    it.each([
      ['a search too long', `search=${'a'.repeat(101)}`],
      ['two searches', 'search=a&search=b'],
      ['an unknown sort', 'sort=email'],
      ['SQL for a sort', 'sort=username;DROP TABLE operator'],
      ['an unknown order', 'order=sideways'],
      ['a page before the first', 'page=-1'],
      ['half a page', 'page=0.5'],
      ['a page that is no number', 'page=two'],
      ['a page too far', 'page=100001'],
      ['a page of none', 'pageSize=0'],
      ['a page too large', 'pageSize=201'],
      ['a field more', 'role=admin'],
      ['__proto__', '__proto__=x'],
      ['a nested field', 'search[a]=b'],
    ])('refuses %s without asking anybody', async (_, query) => {
      const answer = await world.ask(ALICE, `/api/admin/users?${query}`);
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
      expect(world.auth.asked).toEqual([]);
    });
  });

  it('is ready, and its metrics name nobody', async () => {
    const health = await (await fetch(`${world.service.internalUrl}/health/ready`)).json();
    expect(health).toMatchObject({ status: 'ok', checks: { store: 'ok' } });
    const metrics = await (await fetch(`${world.service.internalUrl}/metrics`)).text();
    expect(metrics).not.toContain(ALICE);
    expect(metrics).not.toContain('alice');
  });
});

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { BootstrapAnswer } from '@secureconnect/contracts/admin';
import { Problem } from '@secureconnect/contracts/problem';
import { ALICE, BOB, MALLORY } from '../people.js';
import { AdminWorld, eventually } from './admin-world.js';

describe('the first operator', () => {
  let world: AdminWorld;

  beforeEach(async () => {
    world = await AdminWorld.open();
    world.auth.answer = () => ({ status: 200 });
  });

  afterEach(async () => {
    await world.close();
  });

  const rows = (table: string) => {
    const database = new Sqlite(world.storeFile, { readonly: true });
    const found = database.prepare(`SELECT * FROM ${table}`).all();
    database.close();
    return found;
  };

  it('is made by the one-time token, written down, and told to auth', async () => {
    expect((await world.bootstrapState()).body).toEqual({ claimed: false });
    const answer = await world.claim(ALICE, world.bootstrapToken);
    expect(BootstrapAnswer.parse(answer.body)).toEqual({ role: 'admin' });
    expect((await world.bootstrapState()).body).toEqual({ claimed: true });
    expect(rows('audit_entry')).toMatchObject([
      { actor: ALICE, action: 'operator.bootstrap', target: ALICE, outcome: 'done' },
    ]);
    const [told] = await eventually(
      () => world.auth.asked,
      (asked) => asked.length > 0,
    );
    expect(told).toEqual({
      path: '/internal/users/role',
      authorization: world.secrets.authorization('admin'),
      body: { userId: ALICE, role: 'admin' },
    });
  });

  it('is the only one: the token is refused for ever, from whomever', async () => {
    await world.claim(ALICE, world.bootstrapToken);
    for (const userId of [BOB, ALICE, MALLORY]) {
      const answer = await world.claim(userId, world.bootstrapToken);
      expect(answer).toMatchObject({ status: 403, body: { code: 'bootstrap-refused' } });
    }
    await world.service.stop();
    await world.start();
    expect(await world.claim(BOB, world.bootstrapToken)).toMatchObject({ status: 403 });
    expect(rows('operator')).toMatchObject([{ user_id: ALICE }]);
    expect(rows('audit_entry')).toHaveLength(1);
  });

  it('is one of many who are quick at the same time', async () => {
    const claims = await Promise.all(
      [ALICE, BOB, MALLORY, ALICE].map((user) => world.claim(user, world.bootstrapToken)),
    );
    expect(claims.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(rows('operator')).toHaveLength(1);
    expect(rows('audit_entry')).toHaveLength(1);
    expect(rows('bootstrap_claim')).toHaveLength(1);
  });

  it('is told to auth until auth has heard it, over a restart of admin too', async () => {
    world.auth.answer = () => ({ status: 503 });
    await world.claim(ALICE, world.bootstrapToken);
    await eventually(
      () => world.auth.asked.length,
      (asked) => asked >= 2,
    );
    await world.service.stop();
    expect(rows('outbox')).toHaveLength(1);
    world.auth.answer = () => ({ status: 200 });
    world.auth.asked.splice(0);
    await world.start();
    await eventually(
      () => world.auth.asked.length,
      (asked) => asked > 0,
      15_000,
    );
    await eventually(
      () => rows('outbox').length,
      (left) => left === 0,
    );
    expect(world.auth.asked.map(({ body }) => body)).toEqual([{ userId: ALICE, role: 'admin' }]);
  }, 30_000);

  it('whose account is gone is told to nobody for ever', async () => {
    world.auth.answer = () => ({ status: 404, body: { code: 'not-found' } });
    await world.claim(ALICE, world.bootstrapToken);
    await eventually(
      () => rows('outbox').length,
      (left) => left === 0,
    );
  });

  it('needs a login', async () => {
    expect(await world.claim(null, world.bootstrapToken)).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
    expect(rows('operator')).toEqual([]);
  });

  it.each([
    ['another origin', { origin: 'https://mallory.example' }],
    ['no origin', { origin: '' }],
  ])('is not made from a page of %s', async (_, headers) => {
    const answer = await world.claim(ALICE, world.bootstrapToken, { headers });
    expect(answer).toMatchObject({ status: 403, body: { code: 'origin-refused' } });
    expect(rows('operator')).toEqual([]);
  });

  it.each<[string, (right: string) => string]>([
    ['another token', () => 'A'.repeat(43)],
    ['the token with its first letter changed', (right) => (right.startsWith('A') ? 'B' : 'A') + right.slice(1)],
    ['the token with its last letter changed', (right) => right.slice(0, -1) + (right.endsWith('A') ? 'E' : 'A')],
  ])('is not made by %s, and the right one works after it', async (_, wrong) => {
    const answer = await world.claim(MALLORY, wrong(world.bootstrapToken));
    expect(answer).toMatchObject({ status: 403, body: { code: 'bootstrap-refused' } });
    expect(rows('operator')).toEqual([]);
    expect(await world.claim(ALICE, world.bootstrapToken)).toMatchObject({ status: 200 });
  });

  it.each<[string, unknown]>([
    ['no token', {}],
    ['a token that is null', { token: null }],
    ['a token that is a number', { token: 1 }],
    ['an empty token', { token: '' }],
    ['a list of tokens', { token: ['A'.repeat(43)] }],
    ['a token too long', { token: 'A'.repeat(44) }],
    ['a token too short', { token: 'A'.repeat(42) }],
    ['a padded token', { token: `${'A'.repeat(43)}=` }],
    ['a field more', { token: 'A'.repeat(43), role: 'admin' }],
    ['another user’s id', { token: 'A'.repeat(43), userId: ALICE }],
    ['__proto__', '{"__proto__":{"token":"AAAA"}}'],
    ['a list', []],
    ['no JSON', 'token'],
  ])('is not made by a body with %s', async (_, body) => {
    const answer = await world.ask(MALLORY, '/api/admin/bootstrap', { body });
    expect(answer.status).toBe(400);
    expect(Problem.parse(answer.body).code).toBe('invalid-request');
    expect(rows('operator')).toEqual([]);
  });

  it('is not made by 2 MB', async () => {
    const answer = await world.ask(MALLORY, '/api/admin/bootstrap', { body: { token: 'A'.repeat(2_000_000) } });
    expect(answer).toMatchObject({ status: 413, body: { code: 'too-large' } });
  });

  it('is made by nobody where the token’s file is gone, and the service runs', async () => {
    const token = world.bootstrapToken;
    await world.service.stop();
    rmSync(join(world.secrets.folder, 'admin-bootstrap.token'));
    await world.start();
    expect(await world.claim(ALICE, token)).toMatchObject({ status: 403, body: { code: 'bootstrap-refused' } });
  });

  it('cannot be guessed: after ten tries a minute must pass', async () => {
    await world.service.stop();
    await world.start({ THROTTLE_SCALE: '1' });
    const tries = [];
    for (let attempt = 0; attempt < 12; attempt++) tries.push((await world.claim(MALLORY, 'A'.repeat(43))).status);
    expect(tries).toEqual([...Array.from({ length: 10 }, () => 403), 429, 429]);
    expect(await world.claim(MALLORY, world.bootstrapToken)).toMatchObject({
      status: 429,
      body: { code: 'throttled' },
    });
  });

  it('leaves marks that the store itself keeps', async () => {
    await world.claim(ALICE, world.bootstrapToken);
    const raw = new Sqlite(world.storeFile);
    for (const [table, key] of [
      ['audit_entry', 'entry'],
      ['bootstrap_claim', 'id'],
    ] as const) {
      expect(() => raw.exec(`DELETE FROM ${table}`)).toThrow(/append-only/);
      expect(() => raw.exec(`UPDATE ${table} SET ${key} = 1`)).toThrow(/append-only/);
      expect(() => raw.exec(`REPLACE INTO ${table} SELECT * FROM ${table}`)).toThrow(/append-only/);
    }
    expect(() => raw.exec(`INSERT INTO bootstrap_claim VALUES (2, '${MALLORY}', 0)`)).toThrow(/CHECK/);
    raw.close();
  });

  it.each(['auth', 'messaging-gateway', 'signaling', 'credits', 'admin'] as const)(
    'is no business of %s',
    async (caller) => {
      expect(await world.bootstrapState(caller)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    },
  );
});

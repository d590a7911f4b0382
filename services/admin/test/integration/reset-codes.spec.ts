import { ResetCodeAnswer } from '@secureconnect/contracts/admin';
import Sqlite from 'better-sqlite3';
import { AdminWorld } from './admin-world.js';
import { ALICE, BOB, MALLORY } from '../people.js';

jest.setTimeout(60_000);

describe('a code to start fresh', () => {
  let world: AdminWorld;
  const CODE = { code: '0123456789ABCDEFGHJKMNPQRS', expiresAtMs: 86_400_000 };
  const path = (userId: string) => `/api/admin/users/${userId}/reset-code`;
  const asked = () => world.auth.asked.filter((request) => request.path === '/internal/users/reset-code');
  const audited = () => {
    const raw = new Sqlite(world.storeFile, { readonly: true });
    try {
      return raw
        .prepare(`SELECT actor, action, target, outcome FROM audit_entry WHERE action LIKE 'user.%' ORDER BY entry`)
        .all();
    } finally {
      raw.close();
    }
  };

  beforeEach(async () => {
    world = await AdminWorld.open();
    world.auth.answer = () => ({ status: 200 });
    await world.claim(ALICE, world.bootstrapToken);
    world.auth.answer = (request) =>
      request.path === '/internal/users/reset-code' ? { status: 200, body: CODE } : { status: 200 };
  });

  afterEach(async () => {
    await world.close();
  });

  it('is asked of auth for an operator, in whose name it stands in the audit log', async () => {
    const answer = await world.ask(ALICE, path(BOB), { method: 'POST', body: {} });
    expect(ResetCodeAnswer.parse(answer.body)).toEqual(CODE);
    expect(asked().map(({ body }) => body)).toEqual([{ userId: BOB, byUserId: ALICE }]);
    const deed = { actor: ALICE, action: 'user.reset-code', target: BOB };
    expect(audited()).toEqual([
      { ...deed, outcome: null },
      { ...deed, outcome: 'done' },
    ]);
  });

  it('is not in the store', async () => {
    await world.ask(ALICE, path(BOB), { method: 'POST', body: {} });
    const raw = new Sqlite(world.storeFile, { readonly: true });
    expect(JSON.stringify(raw.prepare('SELECT * FROM audit_entry').all())).not.toContain(CODE.code);
    raw.close();
  });

  it('is written down also when auth is away, and not made', async () => {
    world.auth.answer = () => ({ status: 503 });
    expect((await world.ask(ALICE, path(BOB), { method: 'POST', body: {} })).status).toBeGreaterThanOrEqual(500);
    expect(audited()).toMatchObject([{ outcome: null }, { outcome: 'unknown' }]);
  });

  it('is not found for users that auth does not know', async () => {
    world.auth.answer = () => ({ status: 404, body: { code: 'not-found' } });
    const answer = await world.ask(ALICE, path(BOB), { method: 'POST', body: {} });
    expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('is refused to who is no operator, and for what is no id; auth is not asked and nothing written', async () => {
    expect(await world.ask(MALLORY, path(BOB), { method: 'POST', body: {}, role: 'admin' })).toMatchObject({
      status: 403,
    });
    expect(await world.ask(null, path(BOB), { method: 'POST', body: {} })).toMatchObject({ status: 401 });
    for (const target of ['x', `${BOB}0`, BOB.toUpperCase().replace('0', 'G')]) {
      expect(await world.ask(ALICE, path(target), { method: 'POST', body: {} })).toMatchObject({ status: 400 });
    }
    expect(
      await world.ask(ALICE, path(BOB), { method: 'POST', body: {}, headers: { origin: 'https://evil.example' } }),
    ).toMatchObject({ status: 403 });
    expect(asked()).toEqual([]);
    expect(audited()).toEqual([]);
  });
});

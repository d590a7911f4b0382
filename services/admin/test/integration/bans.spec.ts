import Sqlite from 'better-sqlite3';
import { ALICE, BOB, MALLORY } from '../people.js';
import { AdminWorld } from './admin-world.js';

jest.setTimeout(60_000);

const BAN = { reason: 'Advertising to strangers', untilMs: null };

describe('an account', () => {
  let world: AdminWorld;

  beforeAll(async () => {
    world = await AdminWorld.open();
    world.auth.answer = () => ({ status: 200 });
    await world.claim(ALICE, world.bootstrapToken);
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.auth.asked.splice(0);
    world.auth.answer = () => ({ status: 200 });
  });

  const ban = (body: unknown = BAN, target: string = BOB, actor = ALICE) =>
    world.ask(actor, `/api/admin/users/${target}/ban`, { body });
  const unban = (body: unknown, target: string = BOB) => world.ask(ALICE, `/api/admin/users/${target}/unban`, { body });
  /** Apart from the word about roles that follows a claim. */
  const asked = () =>
    world.auth.asked.filter(({ path }) => path.endsWith('ban')).map(({ path, body }) => ({ path, body }));

  function audited(): unknown[] {
    const raw = new Sqlite(world.storeFile, { readonly: true });
    const rows = raw
      .prepare(
        `SELECT actor, action, target, concerns, reason, outcome FROM audit_entry WHERE action LIKE 'user.%ban' ORDER BY entry`,
      )
      .all();
    raw.close();
    return rows;
  }

  it('is closed and opened by an operator, with a reason that stands in the audit log', async () => {
    const before = audited().length;
    const until = { ...BAN, untilMs: Date.now() + 60_000 };
    expect(await ban(until)).toMatchObject({ status: 200, body: {} });
    expect(await unban({ reason: 'It was somebody else' })).toMatchObject({ status: 200, body: {} });
    expect(asked()).toEqual([
      { path: '/internal/users/ban', body: { userId: BOB, ...until } },
      { path: '/internal/users/unban', body: { userId: BOB } },
    ]);
    const banned = { actor: ALICE, action: 'user.ban', target: BOB, concerns: BOB, reason: BAN.reason };
    const opened = { ...banned, action: 'user.unban', reason: 'It was somebody else' };
    expect(audited().slice(before)).toEqual([
      { ...banned, outcome: null },
      { ...banned, outcome: 'done' },
      { ...opened, outcome: null },
      { ...opened, outcome: 'done' },
    ]);
  });

  it('is not closed while auth is away, which is written down all the same', async () => {
    const before = audited().length;
    world.auth.answer = () => ({ status: 503 });
    expect(await ban()).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(audited().slice(before)).toMatchObject([{ outcome: null }, { outcome: 'unknown' }]);
  });

  it('that there is not is not found', async () => {
    world.auth.answer = () => ({ status: 404, body: { code: 'not-found' } });
    const before = audited().length;
    expect(await ban()).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(audited().slice(before)).toMatchObject([{ outcome: null }, { outcome: 'refused' }]);
    expect(await unban({ reason: 'x' })).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('of an operator is not closed, one’s own neither', async () => {
    const before = audited().length;
    expect(await ban(BAN, ALICE)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(asked()).toEqual([]);
    expect(audited()).toHaveLength(before);
  });

  it.each([
    ['without a reason', { ...BAN, reason: '' }],
    ['without an end', { reason: BAN.reason }],
    ['with an end that is over', { ...BAN, untilMs: 1 }],
    ['in another’s name', { ...BAN, byUserId: MALLORY }],
  ])('is not closed %s; auth is not asked and nothing written', async (_, body) => {
    const before = audited().length;
    expect(await ban(body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(asked()).toEqual([]);
    expect(audited()).toHaveLength(before);
  });

  it('is not closed by who is no operator', async () => {
    expect(await ban(BAN, BOB, MALLORY)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(asked()).toEqual([]);
  });
});

import { AppointAnswer, DismissAnswer, OPERATORS_MAX, OperatorsAnswer } from '@secureconnect/contracts/admin-operators';
import { UserId } from '@secureconnect/contracts/ids';
import Sqlite from 'better-sqlite3';
import { ALICE, BOB, CAROL, MALLORY } from '../people.js';
import { AdminWorld, eventually } from './admin-world.js';

jest.setTimeout(60_000);

const NAMES = new Map([
  [ALICE, 'alice'],
  [BOB, 'bob'],
  [CAROL, 'carol'],
  [MALLORY, 'mallory'],
]);
const REASON = 'Runs it while alice is away';

describe('the operators', () => {
  let world: AdminWorld;
  /** Whose accounts are closed. */
  let banned: ReadonlySet<UserId>;

  beforeAll(async () => {
    world = await AdminWorld.open();
    banned = new Set();
    world.auth.answer = ({ path, body }) => {
      if (path !== '/internal/users/lookup') return { status: 200 };
      const users = (body as { userIds: UserId[] }).userIds.flatMap((userId) => {
        const username = NAMES.get(userId);
        return username === undefined ? [] : [{ userId, username, role: 'user', banned: banned.has(userId) }];
      });
      return { status: 200, body: { users } };
    };
    await world.claim(ALICE, world.bootstrapToken);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    banned = new Set();
    await allTold();
    world.auth.asked.splice(0);
    write(`DELETE FROM operator WHERE user_id <> '${ALICE}'; INSERT OR IGNORE INTO operator VALUES ('${ALICE}', 1)`);
  });

  function write(sql: string): void {
    const raw = new Sqlite(world.storeFile);
    raw.pragma('busy_timeout = 10000');
    raw.exec(sql);
    raw.close();
  }

  function read(sql: string): unknown[] {
    const raw = new Sqlite(world.storeFile, { readonly: true });
    const found = raw.prepare(sql).all();
    raw.close();
    return found;
  }

  const appoint = (target: string, body: unknown = { reason: REASON }, actor: UserId | null = ALICE) =>
    world.ask(actor, `/api/admin/operators/${target}/appoint`, { body });
  const dismiss = (target: string, body: unknown = { reason: REASON }, actor: UserId | null = ALICE) =>
    world.ask(actor, `/api/admin/operators/${target}/dismiss`, { body });
  const list = async (actor = ALICE) =>
    OperatorsAnswer.parse((await world.ask(actor, '/api/admin/operators')).body).operators;
  const ids = () =>
    (read('SELECT user_id AS id FROM operator ORDER BY user_id') as { id: UserId }[]).map(({ id }) => id);
  const audited = () =>
    read(
      `SELECT actor, action, target, concerns, reason, outcome, outcome_of AS "of" FROM audit_entry
       WHERE action IN ('operator.appoint', 'operator.dismiss') ORDER BY entry`,
    );
  const allTold = () =>
    eventually(
      () => read('SELECT 1 FROM outbox').length,
      (left) => left === 0,
      30_000,
    );
  /** What auth believes once all that was to be told has been told. */
  async function told(userId: UserId): Promise<unknown> {
    await allTold();
    const words = world.auth.asked.filter(({ path, body }) => {
      return path === '/internal/users/role' && (body as { userId: UserId }).userId === userId;
    });
    return words.at(-1)?.body;
  }

  it('make another one, who may do all of it with the next call, and auth is told', async () => {
    const before = audited().length;
    expect(await world.ask(BOB, '/api/admin/me')).toMatchObject({ status: 403 });
    expect(AppointAnswer.parse((await appoint(BOB)).body)).toEqual({ outcome: 'done' });
    expect(await world.ask(BOB, '/api/admin/me')).toMatchObject({ status: 200 });
    expect(audited().slice(before)).toEqual([
      {
        ...{ actor: ALICE, action: 'operator.appoint', target: BOB, concerns: BOB, reason: REASON },
        ...{ outcome: 'done', of: null },
      },
    ]);
    expect(await told(BOB)).toEqual({ userId: BOB, role: 'admin' });
  });

  it('are listed, the first one first, with who appointed them', async () => {
    await appoint(BOB);
    await appoint(CAROL, { reason: REASON }, BOB);
    expect(await list(CAROL)).toMatchObject([
      { userId: ALICE, username: 'alice', appointedBy: ALICE, appointedByName: 'alice' },
      { userId: BOB, username: 'bob', appointedBy: ALICE, appointedByName: 'alice' },
      { userId: CAROL, username: 'carol', appointedBy: BOB, appointedByName: 'bob' },
    ]);
  });

  it('take the role back, which ends with the next call, and auth is told', async () => {
    await appoint(BOB);
    const before = audited().length;
    expect(DismissAnswer.parse((await dismiss(BOB)).body)).toEqual({ outcome: 'done' });
    expect(await world.ask(BOB, '/api/admin/me', { role: 'admin' })).toMatchObject({ status: 403 });
    expect(audited().slice(before)).toMatchObject([{ action: 'operator.dismiss', concerns: BOB, outcome: 'done' }]);
    expect(await told(BOB)).toEqual({ userId: BOB, role: 'user' });
  });

  it('are made and dismissed once, however often that is asked', async () => {
    expect((await appoint(BOB)).body).toEqual({ outcome: 'done' });
    const before = audited().length;
    expect((await appoint(BOB)).body).toEqual({ outcome: 'unchanged' });
    expect(audited()).toHaveLength(before);
    expect((await dismiss(BOB)).body).toEqual({ outcome: 'done' });
    expect((await dismiss(BOB)).body).toEqual({ outcome: 'unchanged' });
    expect((await dismiss(MALLORY)).body).toEqual({ outcome: 'unchanged' });
    expect(audited()).toHaveLength(before + 1);
  });

  it('of whom two dismiss each other at the same time are one after it', async () => {
    for (let round = 0; round < 10; round++) {
      write(`DELETE FROM operator; INSERT INTO operator VALUES ('${ALICE}', 1), ('${BOB}', 2)`);
      const before = audited().length;
      const answers = await Promise.all([dismiss(BOB), dismiss(ALICE, { reason: REASON }, BOB)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
      expect(answers.find(({ status }) => status === 200)?.body).toEqual({ outcome: 'done' });
      expect(ids()).toHaveLength(1);
      expect(audited()).toHaveLength(before + 1);
    }
  });

  it('who all step down at the same time are one after it', async () => {
    write(`INSERT INTO operator VALUES ('${BOB}', 2), ('${CAROL}', 3)`);
    const own = { reason: 'Enough of it', own: true };
    const answers = await Promise.all([ALICE, BOB, CAROL].map((userId) => dismiss(userId, own, userId)));
    expect(answers.map(({ body }) => DismissAnswer.parse(body).outcome).sort()).toEqual(['done', 'done', 'last']);
    expect(ids()).toHaveLength(1);
  });

  it('do not lose the last one who can log in, which is written down as refused', async () => {
    expect((await dismiss(ALICE, { reason: 'Enough of it', own: true })).body).toEqual({ outcome: 'last' });
    const gone = UserId.parse('60e'.padEnd(32, '0'));
    write(`INSERT INTO operator VALUES ('${BOB}', 2), ('${gone}', 3)`);
    banned = new Set([BOB]);
    expect((await dismiss(ALICE, { reason: 'Enough of it', own: true })).body).toEqual({ outcome: 'last' });
    expect(audited().slice(-2)).toMatchObject([
      { outcome: 'refused' },
      { action: 'operator.dismiss', outcome: 'refused' },
    ]);
    expect((await list()).map(({ username }) => username)).toEqual(['alice', 'bob', null]);
    expect((await dismiss(gone)).body).toEqual({ outcome: 'done' });
    expect(ids()).toContain(ALICE);
  });

  it.each([
    ['the own role without saying so', ALICE, { reason: REASON }],
    ['another’s as if it were the own', BOB, { reason: REASON, own: true }],
    ['a role without a reason', BOB, { reason: '' }],
    ['a role with a field more', BOB, { reason: REASON, actor: CAROL }],
    ['the role of what is no id', 'bob', { reason: REASON }],
  ])('do not take %s', async (_, target, body) => {
    await appoint(BOB);
    const before = audited().length;
    expect(await dismiss(target, body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(ids()).toEqual([ALICE, BOB].sort());
    expect(audited()).toHaveLength(before);
  });

  it.each([
    ['without a reason', BOB, {}],
    ['with a reason too long', BOB, { reason: 'x'.repeat(501) }],
    ['with a field more', BOB, { reason: REASON, role: 'admin' }],
    ['of what is no id', 'bob', { reason: REASON }],
  ])('do not make one %s', async (_, target, body) => {
    const before = audited().length;
    expect(await appoint(target, body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(ids()).toEqual([ALICE]);
    expect(audited()).toHaveLength(before);
  });

  it('make none of an account that there is not, or that is closed', async () => {
    expect(await appoint('f'.repeat(32))).toMatchObject({ status: 404, body: { code: 'not-found' } });
    banned = new Set([MALLORY]);
    expect((await appoint(MALLORY)).body).toEqual({ outcome: 'closed' });
    expect(ids()).toEqual([ALICE]);
  });

  it('are no more than can be', async () => {
    const others = Array.from(
      { length: OPERATORS_MAX - 1 },
      (_, index) => `('${index.toString(16).padStart(32, 'e')}', 5)`,
    );
    write(`INSERT INTO operator VALUES ${others.join()}`);
    expect((await appoint(BOB)).body).toEqual({ outcome: 'too-many' });
    expect(audited().slice(-1)).toMatchObject([{ action: 'operator.appoint', concerns: BOB, outcome: 'refused' }]);
    expect(ids()).not.toContain(BOB);
  });

  it('are neither made nor dismissed by others', async () => {
    write(`INSERT INTO operator VALUES ('${BOB}', 2)`);
    const before = audited().length;
    for (const act of [
      () => appoint(MALLORY, { reason: REASON }, MALLORY),
      () => dismiss(BOB, { reason: REASON }, MALLORY),
    ]) {
      expect(await act()).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
    expect(await appoint(MALLORY, { reason: REASON }, null)).toMatchObject({ status: 401 });
    expect(ids()).toEqual([ALICE, BOB].sort());
    expect(audited()).toHaveLength(before);
  });

  it('are neither made nor dismissed while auth is away, and are listed without names', async () => {
    await appoint(BOB);
    const { answer } = world.auth;
    world.auth.answer = () => ({ status: 503 });
    for (const act of [() => appoint(CAROL), () => dismiss(BOB)]) {
      expect(await act()).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    }
    expect((await list()).map(({ username }) => username)).toEqual([null, null]);
    world.auth.answer = answer;
    expect(ids()).toEqual([ALICE, BOB].sort());
  });

  it('are told to auth as they are, though an older word comes after newer ones', async () => {
    const { answer } = world.auth;
    let isAway = true;
    world.auth.answer = (request) =>
      request.path === '/internal/users/role' && isAway ? { status: 503 } : answer(request);
    await appoint(CAROL);
    await eventually(
      () =>
        world.auth.asked.filter(
          ({ body }) => JSON.stringify(body) === JSON.stringify({ userId: CAROL, role: 'admin' }),
        ),
      (tried) => tried.length > 0,
      30_000,
    );
    await dismiss(CAROL);
    isAway = false;
    expect(await told(CAROL)).toEqual({ userId: CAROL, role: 'user' });
    world.auth.answer = answer;
  });
});

import { AuditAnswer, FIRST_AUDIT_HASH, MyAuditAnswer, type AuditEntry } from '@secureconnect/contracts/audit';
import type { UserId } from '@secureconnect/contracts/ids';
import { hashEntry } from '@secureconnect/admin/store/audit-chain';
import Sqlite from 'better-sqlite3';
import { ALICE, BOB, CAROL, MALLORY } from '../people.js';
import { AdminWorld } from './admin-world.js';

jest.setTimeout(60_000);

const NAMES = new Map([
  [ALICE, 'alice'],
  [BOB, 'bob'],
  [CAROL, 'carol'],
]);

describe('the audit log', () => {
  let world: AdminWorld;

  beforeEach(async () => {
    world = await AdminWorld.open();
    world.auth.answer = ({ path, body }) => {
      if (path !== '/internal/users/lookup') return { status: 200 };
      const users = (body as { userIds: UserId[] }).userIds.flatMap((userId) => {
        const username = NAMES.get(userId);
        return username === undefined ? [] : [{ userId, username, role: 'user', banned: false }];
      });
      return { status: 200, body: { users } };
    };
    await world.claim(ALICE, world.bootstrapToken);
  });

  afterEach(async () => {
    await world.close();
  });

  const ban = (target: UserId, reason: string) =>
    world.ask(ALICE, `/api/admin/users/${target}/ban`, { body: { reason, untilMs: null } });
  const read = async (query = '', userId = ALICE) =>
    AuditAnswer.parse((await world.ask(userId, `/api/admin/audit${query}`)).body);
  const mine = async (userId: UserId, query = '') =>
    MyAuditAnswer.parse((await world.ask(userId, `/api/admin/audit/mine${query}`)).body);

  async function restart(): Promise<void> {
    await world.service.stop();
    await world.start();
  }

  it('tells operators who did what to whom, why, and what came of it, the newest first', async () => {
    await ban(BOB, 'Advertising');
    const { acts, more, head, brokenAt } = await read();
    expect(acts).toMatchObject([
      { entry: 2, actor: ALICE, actorName: 'alice', action: 'user.ban', concernsName: 'bob', outcome: 'done' },
      { entry: 1, actor: ALICE, action: 'operator.bootstrap', target: ALICE, outcome: 'done' },
    ]);
    expect(acts[0]?.reason).toBe('Advertising');
    expect({ more, brokenAt, last: head.entry }).toEqual({ more: false, brokenAt: null, last: 3 });
    expect(head.hash).not.toBe(FIRST_AUDIT_HASH);
  });

  it('is read without names while auth is away', async () => {
    world.auth.answer = () => ({ status: 503 });
    expect((await read()).acts).toMatchObject([{ entry: 1, actorName: null, concernsName: null }]);
  });

  it('is turned over a page at a time, and searched by person and by action', async () => {
    await ban(BOB, 'first');
    await ban(CAROL, 'second');
    await world.ask(ALICE, `/api/admin/users/${BOB}/unban`, { body: { reason: 'third' } });
    const newest = await read('?limit=2');
    expect(newest).toMatchObject({ acts: [{ reason: 'third' }, { reason: 'second' }], more: true });
    const rest = await read(`?limit=2&before=${String(newest.acts[1]?.entry)}`);
    expect(rest).toMatchObject({ acts: [{ reason: 'first' }, { action: 'operator.bootstrap' }], more: false });
    expect((await read(`?person=${BOB}`)).acts.map(({ reason }) => reason)).toEqual(['third', 'first']);
    expect((await read(`?person=${ALICE}`)).acts).toHaveLength(4);
    expect((await read(`?person=${BOB}&action=user.ban`)).acts.map(({ reason }) => reason)).toEqual(['first']);
    expect((await read(`?person=${MALLORY}`)).acts).toEqual([]);
  });

  it('is read by no other question', async () => {
    for (const query of ['action=user.forget', 'person=bob', 'limit=0', 'limit=101', 'before=0', 'reason=x']) {
      const answer = await world.ask(ALICE, `/api/admin/audit?${query}`);
      expect({ query, status: answer.status }).toEqual({ query, status: 400 });
    }
  });

  it('is read by nobody else', async () => {
    expect(await world.ask(MALLORY, '/api/admin/audit', { role: 'admin' })).toMatchObject({ status: 403 });
    expect(await world.ask(null, '/api/admin/audit')).toMatchObject({ status: 401 });
    expect(await world.ask(null, '/api/admin/audit/mine')).toMatchObject({ status: 401 });
  });

  it('tells everybody what concerns them, and nothing about others', async () => {
    await ban(BOB, 'Advertising');
    await ban(CAROL, 'Something about carol');
    const answer = await world.ask(BOB, '/api/admin/audit/mine');
    expect(MyAuditAnswer.parse(answer.body)).toMatchObject({
      acts: [{ action: 'user.ban', reason: 'Advertising', amount: null, outcome: 'done', actorName: 'alice' }],
      more: false,
    });
    for (const foreign of [CAROL, 'carol', ALICE]) expect(JSON.stringify(answer.body)).not.toContain(foreign);
    expect(await mine(MALLORY)).toEqual({ acts: [], more: false });
    const asked = await world.ask(BOB, `/api/admin/audit/mine?person=${CAROL}`);
    expect(asked).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });

  it('says of an act whose service died in the middle of it that its outcome is not known', async () => {
    let before: unknown[] = [];
    const answer = world.auth.answer;
    world.auth.answer = (request) => {
      if (!request.path.endsWith('/ban')) return answer(request);
      const raw = new Sqlite(world.storeFile, { readonly: true });
      before = raw.prepare('SELECT action, target, outcome FROM audit_entry WHERE entry > 1').all();
      raw.close();
      throw new Error('killed');
    };
    expect(await ban(BOB, 'Advertising')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(before).toEqual([{ action: 'user.ban', target: BOB, outcome: null }]);
    expect((await read()).acts).toMatchObject([{ action: 'user.ban', outcome: 'unknown' }, {}]);
    expect((await mine(BOB)).acts).toMatchObject([{ outcome: 'unknown' }]);
  });

  it('ends at its start what was begun and never ended, once', async () => {
    await world.service.stop();
    const raw = new Sqlite(world.storeFile);
    const { hash } = raw.prepare('SELECT hash FROM audit_entry').get() as { hash: Buffer };
    const begun: AuditEntry = {
      ...{ entry: 2, atMs: 5, actor: ALICE, action: 'user.ban', target: BOB, concerns: BOB, amount: null },
      ...{ reason: 'cut off', outcome: null, of: null },
    };
    raw
      .prepare('INSERT INTO audit_entry VALUES (2, 5, ?, ?, ?, ?, NULL, ?, NULL, NULL, ?)')
      .run(ALICE, 'user.ban', BOB, BOB, 'cut off', hashEntry(hash.toString('hex'), begun));
    raw.close();
    await world.start();
    const first = await read();
    expect(first).toMatchObject({ acts: [{ reason: 'cut off', outcome: 'unknown' }, {}], brokenAt: null });
    await restart();
    expect((await read()).head).toEqual(first.head);
    expect((await mine(BOB)).acts).toMatchObject([{ reason: 'cut off', outcome: 'unknown' }]);
  });

  it('says where it was forged by whoever holds the file', async () => {
    await ban(BOB, 'Advertising');
    await restart();
    expect(await read()).toMatchObject({ brokenAt: null });
    const raw = new Sqlite(world.storeFile);
    raw.exec(`DROP TRIGGER audit_entry_no_update; UPDATE audit_entry SET reason = 'because' WHERE entry = 2`);
    raw.close();
    await restart();
    expect(await read()).toMatchObject({ brokenAt: 2 });
    const health = await (await fetch(`${world.service.internalUrl}/health/ready`)).json();
    expect(health).toMatchObject({ status: 'ok', checks: { audit: 'degraded' } });
  });
});

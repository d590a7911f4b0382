import { OPENING_CREDITS } from '@secureconnect/contracts/credits';
import { UserId } from '@secureconnect/contracts/ids';
import { BALANCE_CHANGED_CHANNEL } from '@secureconnect/contracts/internal';
import { StatementAnswer } from '@secureconnect/contracts/statements';
import {
  DecideTopupsAnswer,
  OPEN_TOPUPS_MAX,
  RequestTopupAnswer,
  TopupsAnswer,
  TopupsLookupAnswer,
  TopupsPageAnswer,
} from '@secureconnect/contracts/topups';
import { TEST_ORIGIN } from '@secureconnect/platform/testing/service-environment';
import Sqlite from 'better-sqlite3';
import { Redis } from 'ioredis';
import { ALICE, BOB, CAROL, MALLORY } from '../people.js';
import { ask, askAs, postAs, runningCredits, type Answer } from './credits-world.js';

const FIRST_OPERATOR = UserId.parse('0be1'.padEnd(32, '0'));
const SECOND_OPERATOR = UserId.parse('0be2'.padEnd(32, '0'));
const topupId = (count: number) => `70${count.toString(16)}`.padEnd(32, '0');

describe('a request for credits', () => {
  const credits = runningCredits();

  const route = () => `${credits.service.publicUrl}/api/credits/topups`;

  async function post(userId: UserId, path: string, body: unknown): Promise<Answer> {
    const cookie = `sc-access=${await credits.world.secrets.accessToken({ userId })}`;
    const headers = { cookie, origin: TEST_ORIGIN, 'content-type': 'application/json' };
    return ask(`${route()}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  const wish = (count: number, amount = 100) => ({
    topupId: topupId(count),
    amount,
    reference: `transfer ${String(count)}`,
    note: '',
  });
  const request = async (userId: UserId, count: number, amount = 100) =>
    RequestTopupAnswer.parse((await post(userId, '', wish(count, amount))).body);
  const listOf = async (userId: UserId) =>
    TopupsAnswer.parse((await askAs(credits.world, userId, route())).body).topups;
  const withdraw = (userId: UserId, count: number) => post(userId, `/${topupId(count)}/withdraw`, {});

  async function decide(
    move: 'approve' | 'reject',
    counts: readonly number[],
    byUserId: UserId = FIRST_OPERATOR,
  ): Promise<DecideTopupsAnswer['results']> {
    const decisions = counts.map((count) => ({ topupId: topupId(count), move, byUserId, reason: 'as paid' }));
    const url = `${credits.service.internalUrl}/internal/topups/decisions`;
    return DecideTopupsAnswer.parse((await postAs(credits.world, 'admin', url, { decisions })).body).results;
  }

  it('is seen by its user with its state, and gives nothing before it is approved', async () => {
    expect(await request(ALICE, 1)).toMatchObject({ outcome: 'known', topup: { ...wish(1), state: 'requested' } });
    expect(await listOf(ALICE)).toMatchObject([{ ...wish(1), state: 'requested', endedAtMs: null, reason: null }]);
    expect(await credits.gateway.balance(ALICE)).toEqual({ available: OPENING_CREDITS, held: 0 });
  });

  it('gives its amount once when it is approved, as a line of the account, and its user’s devices are told', async () => {
    const told: unknown[] = [];
    const ear = new Redis(credits.world.redis.url);
    ear.on('message', (_, message) => told.push(JSON.parse(message)));
    await ear.subscribe(BALANCE_CHANGED_CHANNEL);
    expect(await decide('approve', [1])).toMatchObject([{ state: 'approved', changed: true }]);
    expect(await decide('approve', [1])).toMatchObject([{ state: 'approved', changed: false }]);
    while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    // What was published before this answer has arrived with it.
    await ear.ping();
    expect(told).toEqual([{ userId: ALICE, available: OPENING_CREDITS + 100 }]);
    ear.disconnect();
    expect(await credits.gateway.balance(ALICE)).toEqual({ available: OPENING_CREDITS + 100, held: 0 });
    const { lines } = StatementAnswer.parse(
      (await askAs(credits.world, ALICE, `${credits.service.publicUrl}/api/credits/statement`)).body,
    );
    expect(lines[0]).toMatchObject({ reason: 'top-up', key: topupId(1), amount: 100, balance: OPENING_CREDITS + 100 });
    expect(await listOf(ALICE)).toMatchObject([{ state: 'approved', reason: 'as paid' }]);
  });

  it('is decided by one of two operators who click at once, and the other is told', async () => {
    const counts = Array.from({ length: 5 }, (_, nth) => 10 + nth);
    for (const count of counts) await request(BOB, count, 10);
    const [approvals, rejections] = await Promise.all([
      decide('approve', counts, FIRST_OPERATOR),
      decide('reject', counts, SECOND_OPERATOR),
    ]);
    for (const [nth, approval] of approvals.entries()) {
      const rejection = rejections[nth]!;
      expect([approval.changed, rejection.changed].filter(Boolean)).toHaveLength(1);
      expect([approval.state, approval.decidedBy]).toEqual([rejection.state, rejection.decidedBy]);
    }
    const given = approvals.filter(({ changed }) => changed).length * 10;
    expect(await credits.gateway.balance(BOB)).toEqual({ available: OPENING_CREDITS + given, held: 0 });
  });

  it('can be taken back while it is open, and neither taken back nor decided twice', async () => {
    await request(CAROL, 20);
    expect((await withdraw(CAROL, 20)).body).toMatchObject({ state: 'withdrawn' });
    expect(await decide('approve', [20])).toMatchObject([{ state: 'withdrawn', decidedBy: null, changed: false }]);
    await request(CAROL, 21);
    await decide('reject', [21]);
    expect((await withdraw(CAROL, 21)).body).toMatchObject({ state: 'rejected' });
    expect(await credits.gateway.balance(CAROL)).toEqual({ available: OPENING_CREDITS, held: 0 });
  });

  it('is one request however often it is sent, and no other under its id', async () => {
    await request(CAROL, 30);
    expect(await request(CAROL, 30)).toMatchObject({ outcome: 'known', topup: { state: 'requested' } });
    expect((await listOf(CAROL)).filter((topup) => topup.topupId === topupId(30))).toHaveLength(1);
    expect(await request(CAROL, 30, 101)).toEqual({ outcome: 'conflict' });
    expect(await request(MALLORY, 30)).toEqual({ outcome: 'conflict' });
  });

  it('is refused beyond what one user may have open', async () => {
    for (let count = 40; count < 40 + OPEN_TOPUPS_MAX; count++) await request(MALLORY, count);
    expect(await request(MALLORY, 60)).toEqual({ outcome: 'too-many' });
    await withdraw(MALLORY, 40);
    expect(await request(MALLORY, 60)).toMatchObject({ outcome: 'known' });
  });

  it('is not taken back, seen or decided by another user', async () => {
    expect(await withdraw(MALLORY, 30)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect((await listOf(MALLORY)).map((topup) => topup.topupId)).not.toContain(topupId(30));
    expect(await post(MALLORY, `/${topupId(30)}/approve`, {})).toMatchObject({ status: 404 });
  });

  it('stands in the queue of operators, the oldest first, a page at a time', async () => {
    const url = `${credits.service.internalUrl}/internal/topups/page`;
    const page = async (number: number) =>
      TopupsPageAnswer.parse(
        (await postAs(credits.world, 'admin', url, { state: 'requested', page: number, pageSize: 2 })).body,
      );
    const [first, second] = [await page(0), await page(1)];
    expect(first.total).toBe(OPEN_TOPUPS_MAX + 1);
    expect(first.topups[0]).toMatchObject({ userId: CAROL, topupId: topupId(30), decidedBy: null });
    const times = [...first.topups, ...second.topups].map(({ requestedAtMs }) => requestedAtMs);
    expect(times).toEqual(times.toSorted((left, right) => left - right));
    expect(times).toHaveLength(4);
  });

  it('is known to admin by its id: who asked, and for how much', async () => {
    const url = `${credits.service.internalUrl}/internal/topups/lookup`;
    const { body } = await postAs(credits.world, 'admin', url, { topupIds: [topupId(999), topupId(1)] });
    expect(TopupsLookupAnswer.parse(body)).toEqual({ topups: [{ topupId: topupId(1), userId: ALICE, amount: 100 }] });
  });

  it('of which there is none is decided by nobody', async () => {
    expect(await decide('approve', [999])).toEqual([
      { topupId: topupId(999), state: null, decidedBy: null, changed: false },
    ]);
  });

  it.each(['page', 'decisions', 'lookup'])('is for admin alone on the internal port: %s', async (path) => {
    for (const caller of ['auth', 'messaging-gateway', 'signaling', 'credits'] as const) {
      const answer = await postAs(credits.world, caller, `${credits.service.internalUrl}/internal/topups/${path}`, {});
      expect({ caller, status: answer.status }).toEqual({ caller, status: 403 });
    }
  });

  it.each<[string, Record<string, unknown>]>([
    ['nothing', { amount: 0 }],
    ['less than nothing', { amount: -100 }],
    ['half a credit', { amount: 0.5 }],
    ['too much', { amount: 100_001 }],
    ['no payment', { reference: '' }],
    ['a long story', { note: 'x'.repeat(501) }],
    ['a state of its own', { state: 'approved' }],
    ['somebody else’s account', { userId: ALICE }],
    ['no id', { topupId: 'mine' }],
  ])('is refused for %s', async (_, change) => {
    const answer = await post(ALICE, '', { ...wish(70), ...change });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });

  it.each([
    ['decided anew', `UPDATE topup SET state = 'approved' WHERE state = 'rejected'`, /final/],
    ['made larger', `UPDATE topup SET amount = amount + 1 WHERE state = 'requested'`, /final/],
    ['forgotten', 'DELETE FROM topup', /never deleted/],
    ['decided by nobody', `UPDATE topup SET state = 'approved', ended_at_ms = 1 WHERE state = 'requested'`, /CHECK/],
  ])('cannot be %s in the store', (_, sql, reason) => {
    const raw = new Sqlite(credits.world.storeFile);
    expect(() => raw.exec(sql)).toThrow(reason);
    raw.close();
  });
});

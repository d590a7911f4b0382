import { OPENING_CREDITS } from '@secureconnect/contracts/credits';
import { UserId } from '@secureconnect/contracts/ids';
import { AdjustCreditsAnswer } from '@secureconnect/contracts/internal';
import { StatementAnswer } from '@secureconnect/contracts/statements';
import Sqlite from 'better-sqlite3';
import { ALICE, BOB, CAROL, MALLORY } from '../people.js';
import { askAs, postAs, runningCredits } from './credits-world.js';

const OPERATOR = UserId.parse('0be1'.padEnd(32, '0'));
const deedId = (count: number) => `ad${count.toString(16)}`.padEnd(32, '0');

describe('what an operator gives or takes', () => {
  const credits = runningCredits();

  const url = () => `${credits.service.internalUrl}/internal/adjustments`;
  const deed = (userId: UserId, count: number, amount: number) => ({
    ...{ deedId: deedId(count), userId, amount, byUserId: OPERATOR, reason: 'a prize' },
  });
  const adjust = async (userId: UserId, count: number, amount: number) =>
    AdjustCreditsAnswer.parse((await postAs(credits.world, 'admin', url(), deed(userId, count, amount))).body);

  it('is a line of the account, and moves it at once', async () => {
    expect(await adjust(ALICE, 1, 250)).toEqual({ outcome: 'done', available: OPENING_CREDITS + 250, changed: true });
    expect(await adjust(ALICE, 2, -50)).toEqual({ outcome: 'done', available: OPENING_CREDITS + 200, changed: true });
    const { lines } = StatementAnswer.parse(
      (await askAs(credits.world, ALICE, `${credits.service.publicUrl}/api/credits/statement`)).body,
    );
    expect(lines.slice(0, 2)).toMatchObject([
      { reason: 'adjustment', key: deedId(2), amount: -50, balance: OPENING_CREDITS + 200 },
      { reason: 'adjustment', key: deedId(1), amount: 250 },
    ]);
  });

  it('is done once, however often and by however many it is asked', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => adjust(BOB, 10, 100)));
    expect(answers.filter(({ changed }) => changed)).toHaveLength(1);
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['done']));
    expect(await credits.gateway.balance(BOB)).toEqual({ available: OPENING_CREDITS + 100, held: 0 });
  });

  it('under an id that another deed has is nothing', async () => {
    await adjust(CAROL, 20, 100);
    const available = OPENING_CREDITS + 100;
    expect(await adjust(CAROL, 20, 101)).toEqual({ outcome: 'conflict', available, changed: false });
    expect(await adjust(CAROL, 20, -100)).toEqual({ outcome: 'conflict', available, changed: false });
    expect(await adjust(MALLORY, 20, 100)).toMatchObject({ outcome: 'conflict', changed: false });
    expect(await credits.gateway.balance(CAROL)).toMatchObject({ available });
  });

  it('is never more than somebody has', async () => {
    const { available } = await credits.gateway.balance(MALLORY);
    expect(await adjust(MALLORY, 30, -available - 1)).toEqual({ outcome: 'insufficient', available, changed: false });
    expect(await adjust(MALLORY, 31, -available)).toEqual({ outcome: 'done', available: 0, changed: true });
  });

  it.each<[string, Record<string, unknown>]>([
    ['nothing', { amount: 0 }],
    ['half a credit', { amount: 0.5 }],
    ['too much', { amount: 1_000_001 }],
    ['too much to take', { amount: -1_000_001 }],
    ['no reason', { reason: '' }],
    ['no id', { deedId: 'x' }],
    ['a field more', { force: true }],
  ])('is not %s', async (_, change) => {
    const answer = await postAs(credits.world, 'admin', url(), { ...deed(ALICE, 40, 1), ...change });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });

  it('is for admin alone', async () => {
    for (const caller of ['auth', 'messaging-gateway', 'signaling', 'credits'] as const) {
      expect(await postAs(credits.world, caller, url(), deed(ALICE, 50, 1))).toMatchObject({ status: 403 });
    }
  });

  it('stays as it was written', () => {
    const raw = new Sqlite(credits.world.storeFile);
    for (const change of ['UPDATE adjustment SET amount = 1', 'DELETE FROM adjustment']) {
      expect(() => raw.exec(change)).toThrow(/never changed/);
    }
    expect(() => raw.exec('REPLACE INTO adjustment SELECT * FROM adjustment')).toThrow(/made once/);
    raw.close();
  });
});

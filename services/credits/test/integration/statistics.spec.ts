import { randomBytes } from 'node:crypto';
import { OPENING_CREDITS } from '@secureconnect/contracts/credits';
import { CreditsStatistics } from '@secureconnect/contracts/statistics';
import type { MessageId } from '@secureconnect/contracts/ids';
import { CountHours1797400000000 } from '@secureconnect/credits/store/1797400000000-count-hours';
import { brokenInvariants } from '@secureconnect/credits/ledger/invariants';
import { auditLedger } from '@secureconnect/credits/store/ledger-audit';
import Sqlite from 'better-sqlite3';
import type { QueryRunner } from 'typeorm';
import { ALICE, BOB } from '../people.js';
import { postAs, runningCredits } from './credits-world.js';

const HOUR_MS = 3_600_000;
const key = () => randomBytes(16).toString('hex') as MessageId;

describe('the statistics of the ledger', () => {
  const credits = runningCredits();

  async function since(fromMs: number): Promise<CreditsStatistics> {
    const { body } = await postAs(credits.world, 'admin', `${credits.service.internalUrl}/internal/statistics`, {
      fromMs,
    });
    return CreditsStatistics.parse(body);
  }
  const charge = async (kind: string, amount: number) => {
    const charges = [{ kind, key: key(), userId: ALICE, amount, allowanceId: null }];
    const url = `${credits.service.internalUrl}/internal/captures`;
    expect(await postAs(credits.world, 'messaging-gateway', url, { charges })).toMatchObject({ status: 200 });
  };
  const adjust = async (amount: number) => {
    const url = `${credits.service.internalUrl}/internal/adjustments`;
    const body = { deedId: key(), userId: BOB, amount, byUserId: ALICE, reason: 'as agreed' };
    expect(await postAs(credits.world, 'admin', url, body)).toMatchObject({ status: 200 });
  };

  it('count by the hour what was paid for and what was given, less what was taken', async () => {
    const before = Date.now();
    await charge('message', 1);
    await charge('message', 2);
    await charge('group-message', 3);
    await credits.gateway.hold(ALICE, key(), 4);
    await adjust(70);
    await adjust(-30);
    const { hours, ...totals } = await since(before - (before % HOUR_MS));
    const sum = (name: 'messages' | 'groupMessages' | 'calls' | 'issued' | 'spent') =>
      hours.reduce((all, hour) => all + hour[name], 0);
    const issued = 2 * OPENING_CREDITS + 40;
    expect([sum('messages'), sum('groupMessages'), sum('calls'), sum('spent'), sum('issued')]).toEqual([
      ...[2, 1, 0, 6],
      issued,
    ]);
    expect(totals).toEqual({ issued, spent: 6, held: 4, topups: { waiting: 0, amount: 0, oldestAtMs: null } });
    for (const { hourAtMs } of hours) expect(hourAtMs % HOUR_MS).toBe(0);
  });

  it('list no hour before the one that is asked for', async () => {
    expect((await since(Date.now() + HOUR_MS)).hours).toEqual([]);
  });

  it('are for admin alone', async () => {
    const url = `${credits.service.internalUrl}/internal/statistics`;
    for (const caller of ['auth', 'messaging-gateway', 'signaling'] as const)
      expect(await postAs(credits.world, caller, url, { fromMs: 0 })).toMatchObject({ status: 403 });
    expect(await postAs(credits.world, 'admin', url, { fromMs: 'x' })).toMatchObject({ status: 400 });
  });

  it('are the same for a ledger that was begun before hours were counted, and one changed behind it is found', async () => {
    const copy = credits.world.folder.file('older.sqlite');
    const now = new Sqlite(credits.world.storeFile, { readonly: true });
    await now.backup(copy);
    now.close();
    const older = new Sqlite(copy);
    const runner = { query: (sql: string) => Promise.resolve(older.exec(sql)) } as unknown as QueryRunner;
    const all = 'SELECT * FROM hour_total ORDER BY hour_at_ms, reason';
    const counted = older.prepare(all).all();
    expect(counted.length).toBeGreaterThan(3);
    const migration = new CountHours1797400000000();
    await migration.down(runner);
    await migration.up(runner);
    expect(older.prepare(all).all()).toEqual(counted);
    expect(brokenInvariants(await auditLedger(copy))).toEqual([]);
    for (const change of [
      `UPDATE hour_total SET count = count + 1 WHERE reason = 'message'`,
      `UPDATE hour_total SET count = count - 1, amount = amount + 1 WHERE reason = 'message'`,
      `DELETE FROM hour_total WHERE reason = 'message'`,
    ]) {
      older.exec(change);
      expect(brokenInvariants(await auditLedger(copy))).toEqual(['wrongHours']);
    }
    older.close();
  });
});

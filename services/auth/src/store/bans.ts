import type { Ban } from '@secureconnect/contracts/problem';
import { LessThanOrEqual, type FindOptionsWhere, type MigrationInterface, type QueryRunner } from 'typeorm';
import type { AccountRow } from './entities/account.js';

/** Why an account is closed, and until when. */
export class Bans1796000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE account ADD COLUMN ban_reason TEXT');
    await runner.query('ALTER TABLE account ADD COLUMN banned_until_ms INTEGER');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE account DROP COLUMN banned_until_ms');
    await runner.query('ALTER TABLE account DROP COLUMN ban_reason');
  }
}

/** Of a ban from before reasons were kept. */
const NO_REASON = 'No reason was given.';

/** The ban that is in force; one that has run out is none. */
export function banOf(row: AccountRow, nowMs: number): Ban | null {
  const { banned, banReason, bannedUntilMs } = row;
  if (banned === 0 || (bannedUntilMs !== null && bannedUntilMs <= nowMs)) return null;
  return { reason: banReason ?? NO_REASON, untilMs: bannedUntilMs };
}

/** The same as a condition on rows: accounts like `which` that nobody has closed. */
export function unbanned(which: FindOptionsWhere<AccountRow>, nowMs: number): FindOptionsWhere<AccountRow>[] {
  return [
    { ...which, banned: 0 },
    { ...which, bannedUntilMs: LessThanOrEqual(nowMs) },
  ];
}

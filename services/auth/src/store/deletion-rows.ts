import type { UserId, Username } from '@secureconnect/contracts/ids';
import type { Store } from '@secureconnect/platform/store/store';
import { IsNull, type MigrationInterface, type QueryRunner } from 'typeorm';
import { AccountRow } from './entities/account.js';
import { ResetCodeRow } from './entities/reset-code.js';
import { VaultItemRow, VaultRow } from './entities/vault.js';
import { endSessions, type Session } from './session-rows.js';

/** What its owner's devices are told. */
const REASON = 'This account was deleted.';

/** When an account was deleted. */
export class Deletions1797200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE account ADD COLUMN deleted_at_ms INTEGER');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE account DROP COLUMN deleted_at_ms');
  }
}

/** Takes accounts away. The row stays, so that nobody gets the name or the id again. */
export class DeletionRows {
  constructor(private readonly store: Store) {}

  /**
   * All or nothing.
   * @param replaced - what takes the place of the credentials
   * @returns the sessions that it ended
   */
  delete(
    userId: UserId,
    username: Username,
    replaced: Pick<AccountRow, 'verifier' | 'serverShare'>,
    nowMs: number,
  ): Promise<Session[] | 'not-found' | 'other-name'> {
    return this.store.writes.run(async (manager) => {
      const account = await manager.findOneBy(AccountRow, { userId, deletedAtMs: IsNull() });
      if (account === null) return 'not-found';
      if (account.username !== username) return 'other-name';
      await manager.update(
        AccountRow,
        { userId },
        {
          ...replaced,
          ...{ email: null, recoveryVerifier: null, deletedAtMs: nowMs },
          ...{ banned: 1, banReason: REASON, bannedUntilMs: null },
        },
      );
      for (const rows of [VaultItemRow, VaultRow, ResetCodeRow]) await manager.delete(rows, { userId });
      return endSessions(manager, userId, {}, nowMs);
    });
  }
}

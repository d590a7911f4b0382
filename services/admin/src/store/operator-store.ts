import type { UserId } from '@secureconnect/contracts/ids';
import type { SetRole } from '@secureconnect/contracts/internal';
import type { Outbox } from '@secureconnect/platform/outbox/outbox';
import type { Store } from '@secureconnect/platform/store/store';
import type Sqlite from 'better-sqlite3';
import { In } from 'typeorm';
import type { Deed } from '../audit/deed.js';
import { BootstrapClaimRow, OperatorRow } from './admin-entities.js';
import { appendEntry } from './audit-chain.js';

/** Topic of the outbox that tells auth about roles; its payload is a {@link SetRole}. */
export const ROLE_TOPIC = 'user-role';

/** Who operates this server. */
export class OperatorStore {
  readonly #isOperator: Sqlite.Statement<[string], 1>;

  constructor(
    private readonly store: Store,
    private readonly outbox: Outbox,
  ) {
    this.#isOperator = store.reader.prepare<[string], 1>('SELECT 1 FROM operator WHERE user_id = ?').pluck();
  }

  /** Asked at every call of an operator: a role that was taken is gone with the next one. */
  isOperator(userId: UserId): boolean {
    return this.#isOperator.get(userId) === 1;
  }

  /** Those of the users who are operators. */
  async operatorsAmong(userIds: readonly UserId[]): Promise<ReadonlySet<UserId>> {
    const rows = await this.store.reads.findBy(OperatorRow, { userId: In([...userIds]) });
    return new Set(rows.map((row) => row.userId));
  }

  isBootstrapped(): Promise<boolean> {
    return this.store.reads.existsBy(BootstrapClaimRow, { id: 1 });
  }

  /**
   * Makes the user the first operator, writes it down, and leaves word for auth: all of it or nothing.
   * @returns false when somebody was first
   */
  bootstrap(deed: Deed & { readonly target: UserId }): Promise<boolean> {
    return this.store.writes.commit((database) => {
      if (database.prepare('SELECT 1 FROM bootstrap_claim').get() !== undefined) return false;
      const atMs = Date.now();
      database
        .prepare('INSERT INTO bootstrap_claim (id, user_id, claimed_at_ms) VALUES (1, ?, ?)')
        .run(deed.target, atMs);
      database.prepare('INSERT INTO operator (user_id, granted_at_ms) VALUES (?, ?)').run(deed.target, atMs);
      appendEntry(database, deed, { outcome: 'done', of: null });
      this.outbox.put(database, ROLE_TOPIC, { userId: deed.target, role: 'admin' } satisfies SetRole);
      return true;
    });
  }
}

import type { UserId } from '@secureconnect/contracts/ids';
import type { SetRole } from '@secureconnect/contracts/internal';
import type { Outbox } from '@secureconnect/platform/outbox/outbox';
import type { Store } from '@secureconnect/platform/store/store';
import type Sqlite from 'better-sqlite3';
import { In } from 'typeorm';
import type { AuditEntry } from '../audit/audit-entry.js';
import { AuditRow, BootstrapClaimRow, OperatorRow } from './admin-entities.js';

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

  /** Writes down what an operator is about to do. */
  async note(entry: AuditEntry): Promise<void> {
    await this.store.writes.run((manager) => manager.insert(AuditRow, { ...entry, atMs: Date.now() }));
  }

  /** Writes down several things that an operator is about to do: all of them or none. */
  async noteAll(entries: readonly AuditEntry[]): Promise<void> {
    const atMs = Date.now();
    await this.store.writes.run((manager) =>
      manager.insert(
        AuditRow,
        entries.map((entry) => ({ ...entry, atMs })),
      ),
    );
  }

  isBootstrapped(): Promise<boolean> {
    return this.store.reads.existsBy(BootstrapClaimRow, { id: 1 });
  }

  /**
   * Makes the user the first operator, writes it down, and leaves word for auth: all of it or nothing.
   * @returns false when somebody was first
   */
  bootstrap(entry: AuditEntry & { readonly target: UserId }): Promise<boolean> {
    return this.store.writes.run(async (manager) => {
      if (await manager.existsBy(BootstrapClaimRow, { id: 1 })) return false;
      const atMs = Date.now();
      await manager.insert(BootstrapClaimRow, { id: 1, userId: entry.target, claimedAtMs: atMs });
      await manager.insert(OperatorRow, { userId: entry.target, grantedAtMs: atMs });
      await manager.insert(AuditRow, { ...entry, atMs });
      await this.outbox.putWith(manager, ROLE_TOPIC, { userId: entry.target, role: 'admin' } satisfies SetRole);
      return true;
    });
  }
}

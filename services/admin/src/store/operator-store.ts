import { OPERATORS_MAX, type AppointAnswer, type DismissAnswer } from '@secureconnect/contracts/admin-operators';
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

export interface StoredOperator {
  readonly userId: UserId;
  readonly sinceMs: number;
  readonly appointedBy: UserId | null;
}

/** A deed that is done to a user. */
type RoleDeed = Deed & { readonly target: UserId };

/** Who operates this server. */
export class OperatorStore {
  readonly #isOperator: Sqlite.Statement<[string], 1>;
  readonly #all: Sqlite.Statement<[], StoredOperator>;

  constructor(
    private readonly store: Store,
    private readonly outbox: Outbox,
  ) {
    this.#isOperator = store.reader.prepare<[string], 1>('SELECT 1 FROM operator WHERE user_id = ?').pluck();
    this.#all = store.reader.prepare<[], StoredOperator>(`
      SELECT user_id AS userId, granted_at_ms AS sinceMs,
        (SELECT actor FROM audit_entry WHERE concerns = user_id AND outcome = 'done'
           AND action IN ('operator.bootstrap', 'operator.appoint') ORDER BY entry DESC LIMIT 1) AS appointedBy
      FROM operator ORDER BY granted_at_ms, user_id`);
  }

  /** Asked at every call of an operator: a role that was taken is gone with the next one. */
  isOperator(userId: UserId): boolean {
    return this.#isOperator.get(userId) === 1;
  }

  /** All of them, the oldest first, each with who made it one as far as the audit log says. */
  all(): readonly StoredOperator[] {
    return this.#all.all();
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
  bootstrap(deed: RoleDeed): Promise<boolean> {
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

  /**
   * Gives the role, writes it down, and leaves word for auth: all of it or nothing. Who gives it is asked for again here, where nothing
   * happens in between: of two who dismiss each other one is first, and the other has nothing to give or take any more.
   */
  appoint(deed: RoleDeed): Promise<AppointAnswer['outcome'] | 'forbidden'> {
    return this.store.writes.commit((database) => {
      if (!holdsRole(database, deed.actor)) return 'forbidden';
      if (holdsRole(database, deed.target)) return 'unchanged';
      const count = database.prepare<[], number>('SELECT count(*) FROM operator').pluck().get() ?? 0;
      const outcome = count < OPERATORS_MAX ? 'done' : 'too-many';
      appendEntry(database, deed, { outcome: outcome === 'done' ? 'done' : 'refused', of: null });
      if (outcome !== 'done') return outcome;
      database.prepare('INSERT INTO operator (user_id, granted_at_ms) VALUES (?, ?)').run(deed.target, Date.now());
      this.outbox.put(database, ROLE_TOPIC, { userId: deed.target, role: 'admin' } satisfies SetRole);
      return outcome;
    });
  }

  /**
   * Takes the role, as {@link appoint} gives it.
   * @param able - those of the operators who can log in: one of them is left
   */
  dismiss(deed: RoleDeed, able: readonly UserId[]): Promise<DismissAnswer['outcome'] | 'forbidden'> {
    return this.store.writes.commit((database) => {
      if (!holdsRole(database, deed.actor)) return 'forbidden';
      if (!holdsRole(database, deed.target)) return 'unchanged';
      const isLeft = able.some((userId) => userId !== deed.target && holdsRole(database, userId));
      appendEntry(database, deed, { outcome: isLeft ? 'done' : 'refused', of: null });
      if (!isLeft) return 'last';
      database.prepare('DELETE FROM operator WHERE user_id = ?').run(deed.target);
      this.outbox.put(database, ROLE_TOPIC, { userId: deed.target, role: 'user' } satisfies SetRole);
      return 'done';
    });
  }
}

function holdsRole(database: Sqlite.Database, userId: UserId): boolean {
  return database.prepare('SELECT 1 FROM operator WHERE user_id = ?').get(userId) !== undefined;
}

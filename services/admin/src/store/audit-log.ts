import {
  FIRST_AUDIT_HASH,
  type AuditOutcome,
  type AuditQuery,
  type MyAuditQuery,
} from '@secureconnect/contracts/audit';
import type { UserId } from '@secureconnect/contracts/ids';
import type { Store } from '@secureconnect/platform/store/store';
import type { Deed } from '../audit/deed.js';
import { appendEntry, AUDIT_COLUMNS, findBreak, type StoredEntry } from './audit-chain.js';

/** Of an act: who asked for it, and what came of it as far as it is known. */
const ACTS = `SELECT a.entry, a.at_ms AS atMs, a.actor, a.action, a.target, a.concerns, a.amount, a.reason, a.hash,
    coalesce(o.outcome, a.outcome) AS outcome
  FROM audit_entry a LEFT JOIN audit_entry o ON o.outcome_of = a.entry WHERE a.outcome_of IS NULL`;

export type StoredAct = Omit<StoredEntry, 'of'>;

interface Page<T> {
  readonly rows: readonly T[];
  readonly more: boolean;
}

/** Everything that operators did, in a chain: what was written is neither changed nor taken away. */
export class AuditLog {
  /** The first entry that did not follow from those before it when the log was opened. */
  readonly brokenAt: number | null;

  constructor(private readonly store: Store) {
    this.brokenAt = findBreak(store.reader);
  }

  /** Writes down what an operator is about to do: all of it or nothing. @returns the entries, in the order of the deeds */
  begin(deeds: readonly Deed[]): Promise<number[]> {
    return this.store.writes.commit((database) =>
      deeds.map((deed) => appendEntry(database, deed, { outcome: null, of: null })),
    );
  }

  /** Writes down what came of it, in the order in which it was begun. */
  async end(deeds: readonly Deed[], begun: readonly number[], outcomes: readonly AuditOutcome[]): Promise<void> {
    await this.store.writes.commit((database) => {
      deeds.forEach((deed, index) => {
        appendEntry(database, deed, { outcome: outcomes[index] ?? 'unknown', of: begun[index] ?? null });
      });
    });
  }

  /** What was begun by a process that is no more came to nobody knows what. @returns how many acts */
  async endForgotten(): Promise<number> {
    return this.store.writes.commit((database) => {
      const open = database
        .prepare<[], StoredEntry>(
          `SELECT ${AUDIT_COLUMNS} FROM audit_entry a WHERE outcome IS NULL
           AND NOT EXISTS (SELECT 1 FROM audit_entry o WHERE o.outcome_of = a.entry) ORDER BY entry`,
        )
        .all();
      for (const act of open) appendEntry(database, act, { outcome: 'unknown', of: act.entry });
      return open.length;
    });
  }

  head(): { readonly entry: number; readonly hash: string } {
    const end = this.store.reader
      .prepare<[], { entry: number; hash: Buffer }>('SELECT entry, hash FROM audit_entry ORDER BY entry DESC LIMIT 1')
      .get();
    return { entry: end?.entry ?? 0, hash: end?.hash.toString('hex') ?? FIRST_AUDIT_HASH };
  }

  /** Acts, the newest first. */
  page({ before, limit, person, action }: AuditQuery): Page<StoredAct> {
    const wanted = {
      before: before ?? Number.MAX_SAFE_INTEGER,
      person: person ?? null,
      action: action ?? null,
      limit: limit + 1,
    };
    const rows = this.store.reader
      .prepare<[typeof wanted], StoredAct>(
        `${ACTS} AND a.entry < :before AND (:person IS NULL OR a.actor = :person OR a.concerns = :person)
         AND (:action IS NULL OR a.action = :action) ORDER BY a.entry DESC LIMIT :limit`,
      )
      .all(wanted);
    return cut(rows, limit);
  }

  /** What came of acts that concern a user, the newest first. */
  concerning(userId: UserId, { before, limit }: MyAuditQuery): Page<StoredEntry> {
    const rows = this.store.reader
      .prepare<[UserId, number, number], StoredEntry>(
        `SELECT ${AUDIT_COLUMNS} FROM audit_entry WHERE concerns = ? AND outcome IS NOT NULL AND entry < ?
         ORDER BY entry DESC LIMIT ?`,
      )
      .all(userId, before ?? Number.MAX_SAFE_INTEGER, limit + 1);
    return cut(rows, limit);
  }
}

const cut = <T>(rows: readonly T[], limit: number): Page<T> => ({
  rows: rows.slice(0, limit),
  more: rows.length > limit,
});

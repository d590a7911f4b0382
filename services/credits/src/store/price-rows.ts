import type { PriceEntry } from '@secureconnect/contracts/credits';
import type { Store } from '@secureconnect/platform/store/store';
import type Sqlite from 'better-sqlite3';

const DECIDED = 'SELECT kind, amount, from_ms AS fromMs FROM price ORDER BY number';

/** What was decided about prices: appended to, and nothing else. */
export class PriceRows {
  readonly #decided: Sqlite.Statement<[], PriceEntry>;

  constructor(private readonly store: Store) {
    this.#decided = store.reader.prepare<[], PriceEntry>(DECIDED);
  }

  /** In the order in which it was. */
  decided(): PriceEntry[] {
    return this.#decided.all();
  }

  /** @param decide - what to add, seeing what was decided; no time in it may lie before `nowMs` */
  append(decide: (decided: readonly PriceEntry[], nowMs: number) => readonly PriceEntry[]): Promise<void> {
    return this.store.writes.commit((database) => {
      const last = database.prepare<[], number>('SELECT coalesce(max(decided_at_ms), 0) FROM price').pluck().get() ?? 0;
      // A clock that was set back does not decide about what is over.
      const nowMs = Math.max(Date.now(), last);
      const insert = database.prepare('INSERT INTO price (kind, amount, from_ms, decided_at_ms) VALUES (?, ?, ?, ?)');
      for (const { kind, amount, fromMs } of decide(database.prepare<[], PriceEntry>(DECIDED).all(), nowMs)) {
        insert.run(kind, amount, fromMs, nowMs);
      }
    });
  }
}

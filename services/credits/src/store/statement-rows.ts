import type { UserId } from '@secureconnect/contracts/ids';
import type { StatementLine } from '@secureconnect/contracts/statements';
import type { Store } from '@secureconnect/platform/store/store';
import type Sqlite from 'better-sqlite3';

/** Where the chain of an account ends. */
export interface StatementEnd {
  readonly line: number;
  readonly hash: Buffer;
  readonly balance: number;
}

export interface StatementPage {
  readonly lines: StatementLine[];
  readonly more: boolean;
  readonly end: StatementEnd;
}

interface AccountEnd extends StatementEnd {
  readonly number: number;
  readonly lastEntry: number;
}

interface Row extends Omit<StatementLine, 'hash'> {
  readonly hash: Buffer;
  readonly previous: number;
}

/** Reads lines from the newest to the oldest: each leads to the one before, so a page costs its own lines and no more. */
export class StatementRows {
  readonly #end: Sqlite.Statement<[string], AccountEnd>;
  readonly #before: Sqlite.Statement<[string, string, number], number>;
  readonly #line: Sqlite.Statement<[number, number], Row>;
  readonly #read: (owner: UserId, before: string | undefined, limit: number) => StatementPage | 'unknown' | null;

  constructor(store: Store) {
    const database = store.reader;
    this.#end = database.prepare(
      `SELECT number, last_entry AS lastEntry, line, hash, balance FROM account WHERE owner = ? AND kind = 'user'`,
    );
    this.#before = database
      .prepare<[string, string, number], number>(
        'SELECT previous FROM entry WHERE reason = ? AND key = ? AND ? IN (from_account, to_account)',
      )
      .pluck();
    this.#line = database.prepare(`
      SELECT line, reason, key, iif(to_account = ?, amount, -amount) AS amount, balance, posted_at_ms AS atMs, hash, previous
      FROM entry WHERE id = ?`);
    // One snapshot: the end that is signed and the lines that lead to it.
    this.#read = database.transaction((owner: UserId, before: string | undefined, limit: number) =>
      this.#page(owner, before, limit),
    );
  }

  /**
   * @param before - `reason:key` of the line whose elders are wanted; undefined for the newest lines
   * @returns null for a user without an account, `unknown` when `before` is no line of the user's
   */
  page(owner: UserId, before: string | undefined, limit: number): StatementPage | 'unknown' | null {
    return this.#read(owner, before, limit);
  }

  #page(owner: UserId, before: string | undefined, limit: number): StatementPage | 'unknown' | null {
    const end = this.#end.get(owner);
    if (end === undefined) return before === undefined ? null : 'unknown';
    let next: number | undefined = end.lastEntry;
    if (before !== undefined) {
      const [reason = '', key = ''] = before.split(':');
      next = this.#before.get(reason, key, end.number);
      if (next === undefined) return 'unknown';
    }
    const lines: StatementLine[] = [];
    while (next !== 0 && lines.length < limit) {
      const row = this.#line.get(end.number, next);
      if (row === undefined) throw new Error('a line leads to none');
      const { previous, hash, ...line } = row;
      lines.push({ ...line, hash: hash.toString('hex') });
      next = previous;
    }
    return { lines, more: next !== 0, end };
  }
}

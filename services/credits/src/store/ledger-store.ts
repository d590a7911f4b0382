import type { UserId } from '@secureconnect/contracts/ids';
import type { Store } from '@secureconnect/platform/store/store';
import type Sqlite from 'better-sqlite3';
import { In, LessThanOrEqual } from 'typeorm';
import type { Allowance, Book, Charge } from '../ledger/book.js';
import { AccountRow, AllowanceRow, ChargeRow } from './ledger-entities.js';
import { LedgerStatements, SqlBook } from './sql-book.js';

/** What a user has. */
export interface AccountStanding {
  readonly balance: number;
  readonly held: number;
  readonly version: number;
}

/** The ledger's door: transactions on a {@link Book}, and reads of what is committed. */
export class LedgerStore {
  readonly #statements = new WeakMap<Sqlite.Database, LedgerStatements>();
  readonly #heldCount: Sqlite.Statement<[], number>;

  constructor(
    private readonly store: Store,
    private readonly openingCredits: number,
  ) {
    this.#heldCount = store.reader.prepare<[], number>(`SELECT count(*) FROM charge WHERE state = 'held'`).pluck();
  }

  /**
   * Runs a synchronous job on the ledger; those of one tick share a commit. Resolves when it is durable. When the job throws,
   * nothing of it was written.
   */
  transact<T>(job: (book: Book, nowMs: number) => T): Promise<T> {
    return this.store.writes.commit((database) => {
      const nowMs = Date.now();
      const book = new SqlBook(this.#prepared(database), this.openingCredits, nowMs);
      const result = job(book, nowMs);
      book.close();
      return result;
    });
  }

  /** What the users have. Who has no account yet is missing. */
  async standings(owners: readonly UserId[]): Promise<Map<UserId, AccountStanding>> {
    const rows = await this.store.reads.findBy(AccountRow, { owner: In([...owners]), kind: 'user' });
    return new Map(rows.map((row) => [row.owner as UserId, row]));
  }

  /** Held charges whose lifetime ended at `endedAtMs` or before, the oldest first. */
  expiredHolds(endedAtMs: number, limit: number): Promise<Charge[]> {
    return this.store.reads.find(ChargeRow, {
      where: { state: 'held', expiresAtMs: LessThanOrEqual(endedAtMs) },
      order: { expiresAtMs: 'ASC' },
      take: limit,
    });
  }

  /** Allowances whose lifetime ended at `endedAtMs` or before, the oldest first. */
  expiredAllowances(endedAtMs: number, limit: number): Promise<Allowance[]> {
    return this.store.reads.find(AllowanceRow, {
      where: { expiresAtMs: LessThanOrEqual(endedAtMs) },
      order: { expiresAtMs: 'ASC' },
      take: limit,
    });
  }

  /** How many charges are held now. */
  countHeld(): number {
    return this.#heldCount.get() ?? 0;
  }

  #prepared(database: Sqlite.Database): LedgerStatements {
    let statements = this.#statements.get(database);
    if (statements === undefined) {
      statements = new LedgerStatements(database);
      this.#statements.set(database, statements);
    }
    return statements;
  }
}

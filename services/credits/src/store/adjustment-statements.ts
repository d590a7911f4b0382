import type Sqlite from 'better-sqlite3';
import type { AdjustmentRecord } from '../ledger/book.js';

/** Statements on what operators gave and took, prepared once for a database. */
export class AdjustmentStatements {
  readonly byId: Sqlite.Statement<[string], AdjustmentRecord>;
  readonly write: Sqlite.Statement<[string, number, number, string, string, number]>;

  constructor(database: Sqlite.Database) {
    this.byId = database.prepare(
      'SELECT deed_id AS deedId, account, amount, by_user_id AS byUserId, reason FROM adjustment WHERE deed_id = ?',
    );
    this.write = database.prepare(
      'INSERT INTO adjustment (deed_id, account, amount, by_user_id, reason, at_ms) VALUES (?, ?, ?, ?, ?, ?)',
    );
  }
}

import type Sqlite from 'better-sqlite3';
import type { TopupRecord } from '../ledger/book.js';

/** Statements on requests for credits, prepared once for a database. */
export class TopupStatements {
  readonly byId: Sqlite.Statement<[string], TopupRecord>;
  readonly countOpen: Sqlite.Statement<[number], number>;
  readonly open: Sqlite.Statement<[string, number, number, string, string, number]>;
  readonly end: Sqlite.Statement<[string, number | null, string | null, string | null, string]>;

  constructor(database: Sqlite.Database) {
    this.byId = database.prepare(`
      SELECT topup_id AS topupId, account, amount, reference, note, state, requested_at_ms AS requestedAtMs,
        ended_at_ms AS endedAtMs, decided_by AS decidedBy, reason
      FROM topup WHERE topup_id = ?`);
    this.countOpen = database
      .prepare<[number], number>(`SELECT count(*) FROM topup WHERE account = ? AND state = 'requested'`)
      .pluck();
    this.open = database.prepare(`
      INSERT INTO topup (topup_id, account, amount, reference, note, state, requested_at_ms)
      VALUES (?, ?, ?, ?, ?, 'requested', ?)`);
    this.end = database.prepare(
      'UPDATE topup SET state = ?, ended_at_ms = ?, decided_by = ?, reason = ? WHERE topup_id = ?',
    );
  }
}

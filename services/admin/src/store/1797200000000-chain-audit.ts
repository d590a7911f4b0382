import { createHash } from 'node:crypto';
import type { MigrationInterface, QueryRunner } from 'typeorm';

interface OldRow {
  readonly id: number;
  readonly at_ms: number;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly reason: string;
}

/** What was written down before an outcome was, under the names that it has now. */
const RENAMED: Readonly<Record<string, string>> = {
  'operator.bootstrapped': 'operator.bootstrap',
  'user.reset-code-asked': 'user.reset-code',
  'user.ban-asked': 'user.ban',
  'user.unban-asked': 'user.unban',
  'topup.approval-asked': 'topup.approve',
  'topup.rejection-asked': 'topup.reject',
};

/** The audit log becomes a chain: each entry's hash is over the one before, and what came of an act is an entry of its own. */
export class ChainAudit1797200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_entry (
        entry INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        target TEXT NOT NULL,
        concerns TEXT,
        amount INTEGER,
        reason TEXT NOT NULL,
        outcome TEXT CHECK (outcome IN ('done', 'refused', 'unknown')),
        outcome_of INTEGER UNIQUE REFERENCES audit_entry (entry) CHECK (outcome_of IS NULL OR outcome IS NOT NULL),
        hash BLOB NOT NULL CHECK (length(hash) = 32)
      ) STRICT`);
    await runner.query('CREATE INDEX audit_entry_concerns ON audit_entry (concerns, entry)');
    await runner.query('CREATE INDEX audit_entry_actor ON audit_entry (actor, entry)');
    await this.#copy(runner);
    await runner.query('DROP TABLE audit');
    for (const change of ['UPDATE', 'DELETE']) {
      await runner.query(`
        CREATE TRIGGER audit_entry_no_${change.toLowerCase()} BEFORE ${change} ON audit_entry
        BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END`);
    }
    await runner.query(`
      CREATE TRIGGER audit_entry_at_the_end BEFORE INSERT ON audit_entry
      WHEN NEW.entry <> (SELECT coalesce(max(entry), 0) + 1 FROM audit_entry)
      BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END`);
  }

  async down(): Promise<void> {
    return Promise.reject(new Error('what operators did is not forgotten'));
  }

  async #copy(runner: QueryRunner): Promise<void> {
    const rows = (await runner.query('SELECT * FROM audit ORDER BY id')) as OldRow[];
    let previous = Buffer.alloc(32);
    let entry = 0;
    for (const { at_ms, actor, action: old, target, reason } of rows) {
      entry += 1;
      const action = RENAMED[old] ?? old;
      const concerns = action.startsWith('topup.') ? null : target;
      const outcome = action === 'operator.bootstrap' ? 'done' : null;
      const fields = [entry, at_ms, actor, action, target, concerns, null, outcome, null];
      const lines = fields.map((field) => String(field ?? '-')).join('\n');
      const text = `SecureConnect/1 audit-entry\n${previous.toString('hex')}\n${lines}\n${JSON.stringify(reason)}\n`;
      previous = createHash('sha256').update(text).digest();
      await runner.query('INSERT INTO audit_entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
        ...fields.slice(0, 7),
        reason,
        ...fields.slice(7),
        previous,
      ]);
    }
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Operators, the one claim of the bootstrap token, and the audit log. `bootstrap_claim` has room for a single row that is never
 * taken back: whatever the code above does, nobody becomes the first operator twice.
 */
export class OpenOperators1795000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE operator (
        user_id TEXT NOT NULL PRIMARY KEY,
        granted_at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID`);
    await runner.query(`
      CREATE TABLE bootstrap_claim (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        user_id TEXT NOT NULL,
        claimed_at_ms INTEGER NOT NULL
      ) STRICT`);
    await runner.query(`
      CREATE TABLE audit (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at_ms INTEGER NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        target TEXT NOT NULL,
        reason TEXT NOT NULL
      ) STRICT`);
    for (const table of ['audit', 'bootstrap_claim']) {
      for (const change of ['UPDATE', 'DELETE']) {
        await runner.query(`
          CREATE TRIGGER ${table}_no_${change.toLowerCase()} BEFORE ${change} ON ${table}
          BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END`);
      }
      // REPLACE deletes without asking the trigger above.
      await runner.query(`
        CREATE TRIGGER ${table}_no_replace BEFORE INSERT ON ${table} WHEN EXISTS (SELECT 1 FROM ${table} WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['audit', 'bootstrap_claim', 'operator']) await runner.query(`DROP TABLE ${table}`);
  }
}
